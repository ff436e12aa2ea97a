-- One row per run that brought articles: how many of its current English articles lack a date, a country or any figure.
with described as (
    select
        articles.run_id,
        articles.article_id,
        articles.published is null as undated,
        count(figures.figure_id) = 0 as without_figure,
        count(figures.country) = 0 as without_country
    from articles
    left join figures using (article_id)
    where articles.language = 'en' or articles.language is null
    group by all
)
select
    described.run_id,
    runs.started_at,
    count(*) as articles,
    avg(described.undated::int) as share_undated,
    avg(described.without_figure::int) as share_without_figure,
    avg(described.without_country::int) as share_without_country
from described
inner join runs using (run_id)
group by described.run_id, runs.started_at
