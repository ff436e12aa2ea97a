-- One row per figure that a revision of its document closed (the old text said it) or opened (the new one does).
with revisions as (
    select article_id, document_id, revision, valid_from, valid_to, url, title, published
    from articles
    union all by name
    select article_id, document_id, revision, valid_from, valid_to, url, title, published
    from articles_history
),

steps as (
    select
        old.document_id, old.article_id as old_id, new.article_id as new_id,
        new.revision, new.valid_from as changed_at, new.url, new.title
    from revisions as old
    inner join revisions as new
        on old.document_id = new.document_id and new.revision = old.revision + 1
),

every_figure as (
    select *, row_number() over (
        partition by article_id, measure, value, low, high, relation, kind, unit, status, attribution,
            date_start, date_end, place, country
        order by quote_start
    ) as n
    from (
        select * from figures
        union all by name
        select * exclude (valid_to, closed_by) from figures_history
        where (article_id, run_id, rules_hash) in (
            -- of a text that is outdated, what its last extractor saw
            select article_id, arg_max(run_id, valid_to), arg_max(rules_hash, valid_to)
            from figures_history
            where article_id not in (select article_id from articles)
            group by article_id
        )
    )
),

old_figures as (
    select steps.*, f.* exclude (article_id)
    from steps inner join every_figure as f on f.article_id = steps.old_id
),

new_figures as (
    select steps.*, f.* exclude (article_id)
    from steps inner join every_figure as f on f.article_id = steps.new_id
),

closed as (
    select old.* from old_figures as old
    where not exists (
        from new_figures as new
        where new.old_id = old.old_id and new.n = old.n
            and new.measure = old.measure and new.value = old.value
            and new.low is not distinct from old.low and new.high is not distinct from old.high
            and new.relation = old.relation and new.kind = old.kind and new.status = old.status
            and new.unit is not distinct from old.unit
            and new.attribution is not distinct from old.attribution
            and new.date_start is not distinct from old.date_start
            and new.date_end is not distinct from old.date_end
            and new.place is not distinct from old.place and new.country is not distinct from old.country
    )
),

opened as (
    select new.* from new_figures as new
    where not exists (
        from old_figures as old
        where new.old_id = old.old_id and new.n = old.n
            and new.measure = old.measure and new.value = old.value
            and new.low is not distinct from old.low and new.high is not distinct from old.high
            and new.relation = old.relation and new.kind = old.kind and new.status = old.status
            and new.unit is not distinct from old.unit
            and new.attribution is not distinct from old.attribution
            and new.date_start is not distinct from old.date_start
            and new.date_end is not distinct from old.date_end
            and new.place is not distinct from old.place and new.country is not distinct from old.country
    )
)

select
    document_id, revision, changed_at, 'closed' as change, old_id as article_id, url, title,
    measure, value, low, high, relation, kind, unit, status, attribution, date_start, date_end, place, country,
    quote, quote_start, sentence, figure_id
from closed
union all
select
    document_id, revision, changed_at, 'opened' as change, new_id as article_id, url, title,
    measure, value, low, high, relation, kind, unit, status, attribution, date_start, date_end, place, country,
    quote, quote_start, sentence, figure_id
from opened
