-- Whether a figure's unit names people at large, so that it may hold any group: "person", "victim", not "soldier".
create or replace macro is_anybody(unit, measure) as coalesce(unit in (
    'person', 'people', 'individual', 'other', 'victim', 'casualty', 'fatality', 'death', 'body', 'injury', 'arrest', 'detainee',
    'case', 'infection', 'patient', 'survivor'
) or (
    measure = 'protest_size' and unit in ('protester', 'demonstrator', 'marcher', 'participant', 'crowd')
) or (
    measure in ('strike_size', 'layoffs') and unit in ('worker', 'employee', 'striker', 'job', 'staff')
), true)
