-- One row per claim: people reported taking part in a protest, with article, place, day and sentence.
select * exclude (measure, date_precision, place_precision, latitude, longitude, value_text)
from figures_asserted
where measure = 'protest_size'
