-- One row per pair of entities named in one sentence: in how many sentences and articles; each pair once, in name order.
with numbered as materialized (
    select kind, entity, row_number() over (order by kind, entity)::integer as name
    from mentions
    where entity is not null
    group by kind, entity
),
placed as materialized (
    select distinct hash(mentions.article_id) as article, mentions.sentence_start, numbered.name
    from mentions
    inner join numbered using (kind, entity)
),
pairs as (
    select one.name as name_a, other.name as name_b, one.article, count(*) as sentences
    from placed as one
    inner join placed as other
        on one.article = other.article and one.sentence_start = other.sentence_start and one.name < other.name
    group by all
),
counted as (
    select name_a, name_b, sum(sentences)::bigint as sentences, count(*) as articles
    from pairs
    group by all
)
select
    a.kind as kind_a,
    a.entity as entity_a,
    b.kind as kind_b,
    b.entity as entity_b,
    sentences,
    articles
from counted
inner join numbered as a on counted.name_a = a.name
inner join numbered as b on counted.name_b = b.name
