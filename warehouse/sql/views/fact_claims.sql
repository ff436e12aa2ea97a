-- One row per claim that belongs to an event, with its article and sentence: fact_links.sql says how claims are linked.
select
    links.fact_id,
    links.is_running,
    links.cumulative,
    claims.*
from fact_links as links
inner join figures_asserted as claims using (figure_id)
