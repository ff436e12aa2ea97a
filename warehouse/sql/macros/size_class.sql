-- Crowd Counting Consortium size class of a value: 0 unknown, 1 is 1–99, 2 is 100–999, 3 is 1,000–9,999, 4 is 10,000+.
create or replace macro size_class(value) as case
    when value is null or value < 1 then 0
    when value < 100 then 1
    when value < 1000 then 2
    when value < 10000 then 3
    else 4
end
