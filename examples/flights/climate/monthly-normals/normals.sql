SELECT
  city,
  month,
  count(*) AS days,
  count(DISTINCT year) AS years,
  CAST(sum(highest) AS DOUBLE) / count(*) AS mean_highest,
  CAST(sum(lowest) AS DOUBLE) / count(*) AS mean_lowest,
  CAST(count_if(is_wet) AS DOUBLE) / count(*) AS wet_share,
  CAST(count_if(is_snowy) AS DOUBLE) / count(*) AS snow_share
FROM dated
GROUP BY city, month
