-- One row per pair of entities named in one sentence: in how many sentences and articles; each pair once, in name order.
with named as (
    select
        hash(article_id) as article,
        sentence_start,
        kind || ':' || entity as name
    from mentions
    where entity is not null
    group by all
),
pairs as (
    select one.name as name_a, other.name as name_b, count(*) as sentences, count(distinct one.article) as articles
    from named as one
    inner join named as other
        on one.article = other.article and one.sentence_start = other.sentence_start and one.name < other.name
    group by all
)
select
    split_part(name_a, ':', 1) as kind_a,
    substr(name_a, strpos(name_a, ':') + 1) as entity_a,
    split_part(name_b, ':', 1) as kind_b,
    substr(name_b, strpos(name_b, ':') + 1) as entity_b,
    sentences,
    articles
from pairs
