-- One row per figure as figures_asserted has it, vague words re-coded under a profile: from figures_as('ccc').
-- A wording that the profile does not list keeps the value and bounds of the contract (profile plain).
create or replace macro figures_as(profile_name) as table
select
    claims.* replace (
        coalesce(profiles.value, claims.value) as value,
        case when profiles.profile is null then claims.low else profiles.low end as low,
        case when profiles.profile is null then claims.high else profiles.high end as high
    ),
    coalesce(profiles.profile, 'plain') as profile
from figures_asserted as claims
left join profiles
    on profiles.profile = profile_name and profiles.value_text = claims.value_text and claims.relation = 'vague'
