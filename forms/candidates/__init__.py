"""The candidate's side: people, their candidacies and their interviews."""
