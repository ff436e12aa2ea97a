-- One row per claim that can be placed, with the event it belongs to: same measure, country and place, dates that meet,
-- and a value that can be the same toll.
-- Rules. (1) Only asserted counts of people in events, with a day and a country, are linked; a part of people counted
-- elsewhere ("ten of the dead", of_total) never is, nor is a standing count (a workforce, a population).
-- (2) A claim over eight days or more is a running toll: it meets those that start within three days of one another.
-- (3) A claim of a week or less meets those of its place whose days overlap, chained in order of time.
-- (4) In one article, claims that meet are one toll when their bounds overlap and they count the same people ("person"
-- may be any group, "soldier" is no "civilian"); when two different sources are named, or one is an older count or a
-- count of all (rules tellings.earlier, tellings.whole), or they are sizes of a crowd, which everybody estimates: that is
-- dispute or news of one toll. Any other two are two events: "12 killed by one blast, 5 by another", "three soldiers and
-- two civilians", "five more".
-- (5) Of claims that meet, the article that tells most events apart (the newest of several) says how many there are; a
-- claim of another article belongs to the event with the nearest value, or, if it is the sum of them, to a total of its own.
-- (6) A group's count in an article that also counts people at large is a part of it, and so are counts of one sentence
-- whose sum the article states: neither is linked.
-- (7) A country's total (no place) and the counts of its places are kept apart: see fact_tree.
-- fact_id is the figure_id of the event's first claim in order of time.
with placed as (
    -- narrow on purpose: what is sorted below is sorted without its sentences
    select
        figures.figure_id,
        figures.article_id,
        figures.quote_start,
        figures.sentence_start,
        figures.published,
        figures.measure,
        figures.country,
        figures.place,
        lower(coalesce(figures.place, '')) as place_key,
        figures.value,
        figures.low,
        figures.high,
        figures.unit,
        is_anybody(figures.unit, figures.measure) as is_anybody,
        figures.attribution,
        case
            when list_contains(figures.rules, 'tellings.earlier') then 'earlier'
            when list_contains(figures.rules, 'tellings.apart') then 'apart'
            when list_contains(figures.rules, 'tellings.whole') then 'whole'
        end as telling,
        figures.date_start,
        coalesce(figures.date_end, figures.date_start) as date_end,
        coalesce(figures.date_end, figures.date_start) - figures.date_start >= 7 as is_running,
        measures.cumulative
    from figures
    inner join measures using (measure)
    where
        figures.kind = 'count'
        and figures.status = 'asserted'
        and figures.date_start is not null
        and figures.country is not null
        and figures.of_total is null
        and not list_contains(figures.rules, 'tellings.part')
        and measures.is_core
        and figures.measure <> 'workforce'
),
steps as (
    select
        *,
        case
            when is_running then date_start - lag(date_start) over in_time > 3
            else date_start > max(date_end) over (in_time rows between unbounded preceding and 1 preceding)
        end as starts_site
    from placed
    window in_time as (
        partition by measure, country, place_key, is_running
        order by date_start, date_end, figure_id
    )
),
sited as materialized (
    -- a site: claims that meet, of one event or of several
    select
        last_value(case when coalesce(starts_site, true) then figure_id end ignore nulls) over (
            partition by measure, country, place_key, is_running
            order by date_start, date_end, figure_id
            rows unbounded preceding
        ) as site_id,
        * exclude (starts_site)
    from steps
),
several as materialized (
    -- only claims of articles that say more than one thing of a site can be told apart
    select
        * exclude (low, high),
        coalesce(low, 0) as low,
        coalesce(high, 'infinity'::double) as high
    from sited
    qualify count(*) over (partition by site_id, article_id) > 1
),
sums as (
    select site_id, article_id, sentence_start, sum(value) as total
    from several
    where telling is distinct from 'earlier'
    group by all
    having count(*) > 1
),
parts as materialized (
    -- rule 6
    select part.figure_id
    from several as part
    inner join several as whole using (site_id, article_id)
    where
        not part.is_anybody
        and whole.is_anybody
        and part.value < whole.value
        and part.telling is distinct from 'apart'
    union
    select part.figure_id
    from several as part
    inner join sums using (site_id, article_id, sentence_start)
    inner join several as whole
        on part.site_id = whole.site_id and part.article_id = whole.article_id and whole.value = sums.total
    where part.telling is distinct from 'earlier'
),
told as materialized (
    select * from several
    anti join parts using (figure_id)
),
same_toll as (
    -- rule 4: the first claim of the article that can be the same toll
    select
        claim.figure_id,
        arg_min(other.figure_id, (other.quote_start, other.figure_id)) as leader
    from told as claim
    inner join told as other
        on
            claim.site_id = other.site_id
            and claim.article_id = other.article_id
            and (other.quote_start, other.figure_id) <= (claim.quote_start, claim.figure_id)
    where
        claim.figure_id = other.figure_id
        or (
            claim.telling is distinct from 'apart'
            and (claim.is_anybody or other.is_anybody or claim.unit = other.unit)
            and (
                (claim.low <= other.high and other.low <= claim.high)
                or claim.attribution <> other.attribution
                or claim.measure in ('protest_size', 'strike_size')
                or claim.telling in ('earlier', 'whole')
                or other.telling in ('earlier', 'whole')
            )
        )
    group by claim.figure_id
),
busy as materialized (
    -- claims of sites where some article says more than one thing, each with the first of its article on the same toll
    select
        sited.*,
        coalesce(above.leader, same_toll.leader, sited.figure_id) as leader
    from sited
    left join same_toll using (figure_id)
    left join same_toll as above on same_toll.leader = above.figure_id
    semi join several on sited.site_id = several.site_id
    anti join parts on sited.figure_id = parts.figure_id
),
tolls as (
    select
        site_id,
        article_id,
        leader,
        max(published) as published,
        max(value) as highest,
        coalesce(max(value) filter (telling is distinct from 'earlier'), max(value)) as toll,
        min(unit) filter (not is_anybody) as people
    from busy
    group by all
),
counted as (
    select site_id, article_id, count(*) as events, max(published) as published
    from tolls
    group by all
),
guides as (
    -- rule 5: the article that says how many events there are
    select site_id, arg_max(article_id, (events, published, article_id)) as article_id
    from counted
    where events > 1
    group by site_id
),
events as materialized (
    select site_id, leader as event, toll, people from tolls
    semi join guides using (site_id, article_id)
    union all
    select site_id, 'total' as event, sum(toll) as toll, null as people from tolls
    semi join guides using (site_id, article_id)
    group by site_id
),
nearest as (
    select
        tolls.site_id,
        tolls.leader,
        arg_min(
            events.event,
            (
                coalesce(tolls.people <> events.people, false),
                abs(ln(greatest(tolls.toll, 0.5)) - ln(greatest(events.toll, 0.5))),
                events.event
            )
        ) as event
    from tolls
    inner join events using (site_id)
    anti join guides on tolls.site_id = guides.site_id and tolls.article_id = guides.article_id
    group by all
),
linked as (
    select
        coalesce(nearest.event, case when guides.article_id = busy.article_id then busy.leader end, busy.site_id) as event,
        busy.* exclude (leader)
    from busy
    left join nearest using (site_id, leader)
    left join guides on busy.site_id = guides.site_id
),
firsts as (
    select site_id, event, arg_min(figure_id, (date_start, date_end, figure_id)) as fact_id
    from linked
    group by all
),
named as (
    select
        firsts.fact_id,
        totals.fact_id as total_id,
        linked.* exclude (site_id, event)
    from linked
    inner join firsts using (site_id, event)
    left join firsts as totals on linked.site_id = totals.site_id and totals.event = 'total' and linked.event <> 'total'
    union all
    select
        site_id as fact_id,
        null as total_id,
        * exclude (site_id)
    from sited
    anti join several using (site_id)
)
select
    * exclude (sentence_start, unit, is_anybody, telling),
    coalesce(telling = 'earlier', false) as is_older
from named
