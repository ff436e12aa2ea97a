-- One row per claim: people reported arrested or detained, with article, place, day and sentence.
select * exclude (measure, date_precision, place_precision, latitude, longitude, value_text)
from figures_asserted
where measure = 'arrests'
