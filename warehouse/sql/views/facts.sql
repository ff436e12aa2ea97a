-- One row per event and measure: claims of one toll brought together, so that sums over it count nobody twice.
-- How claims are linked stands in fact_links.sql, how the value is recommended in fact_groups.sql, and what is left out
-- because a broader fact contains it in fact_tree.sql. A fact is still only what was reported: its claims are in claim_ids.
select * exclude (part_of)
from fact_tree
where part_of is null
