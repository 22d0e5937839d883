"""The client's side: companies, the people who hire there, and the jobs they give."""
