-- One row per source that articles name for their figures: how often, over what span of time, and in which outlets.
select
    attribution as source_name,
    count(*) as figures,
    count(distinct figures.article_id) as articles,
    count(distinct articles.outlet) as outlets,
    count(*) filter (figures.status = 'denied') as denied,
    list_sort(list(distinct figures.measure)) as measures,
    min(articles.published) as first_named,
    max(articles.published) as last_named
from figures
inner join articles using (article_id)
where attribution is not null
group by attribution
