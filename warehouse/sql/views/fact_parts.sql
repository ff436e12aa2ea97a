-- One row per event that a broader one of the same measure contains: a place inside its country's total, or days inside a
-- running toll. Its people are already in the broader count, so it is kept out of facts.
with events as (
    select fact_id, measure, country, lower(place) as place_key, is_running, date_start, date_end, recommended, most
    from fact_groups
),
contained as (
    select parts.fact_id, min(totals.fact_id) as part_of
    from events as parts
    inner join events as totals
        on
            parts.measure = totals.measure
            and parts.country = totals.country
            and parts.date_start between totals.date_start - 3 and totals.date_end + 3
            and parts.date_end <= totals.date_end + 3
            and (totals.place_key is null or parts.place_key = totals.place_key)
            -- the broader of two: a total over places, or a running toll over single days
            and (
                (totals.place_key is null and parts.place_key is not null and not (parts.is_running and not totals.is_running))
                or (totals.is_running and not parts.is_running and not (parts.place_key is null and totals.place_key is not null))
            )
            and parts.recommended <= totals.most
    where totals.place_key is null or totals.is_running
    group by parts.fact_id
)
select groups.*, contained.part_of
from fact_groups as groups
inner join contained using (fact_id)
