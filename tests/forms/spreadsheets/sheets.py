"""Files as other programs write them, with their quirks. Ada is in all of them."""

from __future__ import annotations

OPENCATS_IMPORT = """\
First Name,Last Name,Email,Email 2,Home Phone,Cell Phone,Work Phone,Address,City,State,Zip,\
Notes,Current Employer,Web Site,Key Skills
Ada,Ashworth,ADA@People.example,ada.old@people.example,020 7946 0101,+44 7700 900123,,1 Mill Lane,\
Leeds,,LS1 1AA,"Strong, but shy",Northwind,http://www.linkedin.com/in/ada/?trk=nav,"python, payroll"
Ben,Brook,ben@people.example,,,07700 900456,555-12,,,,,,,,
"""

OPENCATS_LIST = """\
"First Name","Last Name","E-Mail","2nd E-Mail","Home Phone","Cell Phone","Work Phone","Misc Notes",\
"Key Skills","Source","Current Employer","Owner","Created","Modified"
"Ada","Ashworth","ada@people.example","","","+44 7700 900123","","He said ""hello""
on two lines","python","Referral","Northwind","Headhunter, Anna","03-04-26","04-05-26"
"Ben","Brook","ben@people.example","","","07700 900456","","","cobol","","",\
"Headhunter, Anna","03-28-26","03-28-26"
"""

GREENHOUSE = """\
First Name,Last Name,Company,Title,Notes,Email,Phone,Social Media,Website,Address,Source,Who gets credit,Job
Ada,Ashworth,Northwind,Payroll engineer,Met at a fair,ada@people.example,+447700900123,,https://ada.example/cv,,Fair,\
anna@letters.example,Payroll lead
Cem,Çelik,,,,cem@people.example,,https://www.linkedin.com/in/cem,,,,,
"""

BULLHORN = """\
"Name"\t"Email"\t"Status"\t"Position"\t"Company"\t"Date Added"
"Ada Ashworth"\t"ada@people.example"\t"Active"\t"Payroll engineer"\t"Northwind"\t"13/04/2026"
"Dörte Özil"\t"doerte@people.example"\t"New Lead"\t"Welder"\t""\t"02/05/2026"
"""

EXCEL = """\
sep=;
Name;E-Mail;Telefon;Job;Client;Interviewed;Outcome;Answered;Notizen\r
Ada Ashworth;ada@people.example;+44 7700 900123;Payroll lead;Northwind;46090;;;größer – “besser”\r
Jürgen Groß;juergen@people.example;;Payroll lead;Northwind;13/03/2026;Client declined;14/03/2026;\r
;;;;;;;;\r
Zoë O’Hara;zoe@people.example;;Payroll lead;Northwind;02/03/2026, 09/03/2026;;nein;\r
"""

INTERVIEWED = """\
Name,E-mail,Job,Client,Stage,Interviewed,Outcome,Answered
Ada Ashworth,ada@people.example,Payroll lead,Northwind,Interviewing,2026-03-02,,
Ben Brook,ben@people.example,Payroll lead,Northwind,,2026-03-03,Client declined,
Cem Celik,cem@people.example,Payroll lead,Northwind,,2026-03-04,Client declined,2026-03-06
Dee Dale,dee@people.example,Payroll lead,Northwind,Placed,2026-03-05,,
Eve East,eve@people.example,Payroll lead,Northwind,Submitted,,,
"""
"""One who waits, one decided and untold, one answered, one placed, and one who was never interviewed."""
