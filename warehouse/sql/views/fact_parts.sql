-- One row per event that a broader one of the same measure contains (fact_tree.sql says when). Its people are already in
-- the broader count, so it is kept out of facts.
select *
from fact_tree
where part_of is not null
