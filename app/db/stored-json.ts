/**
 * SQL that reads JSON of which nobody knows whether it is sound: what is no list has no elements, and what is no number
 * is NULL. A cast or a set-returning function would end the whole query by one row.
 */

const list = (json: string) => `CASE json_typeof(${json}) WHEN 'array' THEN ${json} ELSE '[]' END`

export const elementsOf = (json: string): string => `json_array_elements(${list(json)})`
export const textsOf = (json: string): string => `json_array_elements_text(${list(json)})`

/** Of an expression that is text: an id of ours or Shopify's. */
export const idIn = (text: string): string => `CASE WHEN ${text} ~ '^[0-9]{1,18}$' THEN (${text})::bigint END`

/** Of an expression that is text: epoch milliseconds, before the year 5000. */
export const momentIn = (text: string): string =>
  `CASE WHEN ${text} ~ '^[0-9]{1,14}([.][0-9]+)?$' THEN to_timestamp((${text})::float8 / 1000) END`
