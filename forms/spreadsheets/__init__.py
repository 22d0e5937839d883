"""Getting people in from a spreadsheet: read, map, plan (the dry run), apply, undo.

table = read_table(name, data)                                    reading.py     bytes → Table
columns = suggest(table.header)                                   aliases.py     column → Field, or None
plan = make_plan(reader, table, columns, options)                 plan.py        what would happen, row by row
done = run_import(store, table, columns, options, by=…, now=…)    applying.py    makes it so; gives the Import
back = undo(store, import_id, collections, now=…)                 undoing.py     takes back what it made

What is wrong with the file, or with rows of it, is an InvalidSpreadsheet with every place. Nothing here
writes mail: an import opens debts, and people are answered from the desk.
"""
