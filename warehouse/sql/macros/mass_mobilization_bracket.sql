-- Mass Mobilization participants bracket; null below its floor of 50.
create or replace macro mass_mobilization_bracket(value) as case
    when value is null or value < 50 then null
    when value < 100 then '50-99'
    when value < 1000 then '100-999'
    when value < 2000 then '1000-1999'
    when value < 5000 then '2000-4999'
    when value <= 10000 then '5000-10000'
    else '>10000'
end
