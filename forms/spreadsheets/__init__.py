"""Getting people in from a spreadsheet: read, map, plan (the dry run), apply, undo.

table = read_table(name, data)                        reading.py    bytes → Table; every cell knows its place
mapping = suggest(table.header)                       aliases.py    column → Field, or None: not matched
plan = make_plan(reader, table, mapping, options)     plan.py       what would happen, row by row
done = run_import(store, table, mapping, options, …)  applying.py   makes it so; gives the Import
back = undo(store, import_id, …)                      undoing.py    takes back what it made

Nothing here writes mail: an import opens debts, and people are answered from the desk.
"""
