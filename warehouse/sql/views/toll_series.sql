-- One row per report of a running count, in order of publication; falls: lower than the report before it.
with reports as (
    select
        fact_id,
        figure_id,
        article_id,
        measure,
        country,
        place,
        published,
        value,
        value - lag(value) over (partition by fact_id order by published, article_id, figure_id) as change
    from fact_links
    where cumulative and not is_older
)
select
    reports.*,
    coalesce(reports.change < 0, false) as falls,
    figures.attribution,
    articles.outlet
from reports
inner join figures using (figure_id)
inner join articles on articles.article_id = reports.article_id
