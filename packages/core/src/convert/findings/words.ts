/** Words that people write where a value is missing, in lower case. */
const missing = new Set(
  `na n/a n.a. n.a n/a. #n/a nan null none nil <na> (null) \\n \\\\n - -- --- – — . .. ... … : ? ?? * ** / nd n.d. n/d n.d nr n.r. nv n.v. nc n.c.
  s/d s.d. s/o k.a. k.a b.d. n.v.t. nvt bd tbd tba unknown missing unavailable unbekannt fehlt inconnu desconocido sconosciuto desconhecido
  onbekend nieznane blank empty vide leer vacío vazio`
    .split(/\s+/)
    .concat("no data", "not available", "not applicable", "not reported", "not known", "k. a.", "n. a.", "n. d.", "n. v.")
    .concat(
      "keine angabe",
      "keine angaben",
      "keine daten",
      "nicht verfügbar",
      "nicht bekannt",
      "non disponible",
      "non renseigné",
      "no disponible",
    )
    .concat("sin datos", "non disponibile", "sem dados", "não disponível", "geen gegevens", "brak danych", "brak"),
);

/** Whether a field says, in a word, that there is no value. */
export function isMissingWord(field: string): boolean {
  return field.length <= 20 && missing.has(field.trim().toLowerCase());
}

const totals =
  "(?:(?:grand|sub|over)[ -]?)?totals?|totale[ns]?|totaux|totaal|overall|sum|sums|summen?|gesamt(?:summe|ergebnis|zahl)?|insgesamt|zusammen|somme|ensemble|sumas?|somma|complessivo|soma|som|razem|ogółem|łącznie|celkem|yhteensä|summa|totalt|i alt|итого|всего";
const total = new RegExp(
  `^(?:${totals})(?: (?:general|géneral|général|générale|generale|geral|algemeen|generals?|amount))?\\s*(?:[:.*=]|\\(.*\\)|\\d+)*$`,
  "iu",
);

/** Whether a field names a sum of what stands above: `Total`, `Grand total:`, `Summe (EUR)`, `Total 2024`. */
export function isTotalWord(field: string): boolean {
  return field.length <= 40 && total.test(field.trim());
}

const noteStart =
  /^\W*(?:sources?|notes?|footnotes?|nb|n\.b\.|quellen?|anmerkung(?:en)?|hinweise?|stand|datenstand|fußnoten?|remarques?|avertissement|champ|lecture|fuentes?|notas?|nota bene|fonti|fonte|note|aggiornamento|fontes|bron(?:nen)?|opmerking(?:en)?|źródł[oa]|uwag[ai]|updated|last updated|copyright|©|\(c\)|generated|exported|data as of|prepared|erstellt|disclaimer|legend)\b/iu;

/** Whether a text begins as notes below a table do: `Source: …`. */
export function isNote(field: string): boolean {
  return noteStart.test(field.trim());
}

const units = new Set(
  `mm cm m km µm um nm in ft yd mi ha a ar km² km2 m² m2 m³ m3 cm² cm2 cm3 l ml cl dl hl mg g kg t µg ug lb lbs oz s sec min h hr hrs d days day
  years year yr yrs months weeks ms °c c °f f k kelvin celsius % ‰ percent pct prozent pa hpa kpa mpa bar mbar psi w kw mw gw wh kwh mwh gwh twh j kj
  mj gj tj pj kcal cal v kv mv a ma hz khz mhz ghz m/s km/h mph kn kt knots ° deg degrees rad eur usd gbp chf jpy pln sek nok dkk $ € £ ¥ t€ tsd mio mrd
  tsd. mio. mrd. thousand thousands million millions billion ppm ppb db n no. count number anzahl nombre index ug/m3 µg/m³ µg/m3 mg/l g/l mol mmol/l w/m2
  w/m² kg/m3 kg/m² persons people personen units stück date datum text string integer float`.split(/\s+/),
);

/** Whether a field is a unit of measure, as a second line of a header has: `mm`, `[°C]`, `(EUR)`. */
export function isUnit(field: string): boolean {
  const text = field.trim().toLowerCase();
  return units.has(text) || /^(?:\[[^\]]{1,15}\]|\([^)]{1,15}\)|in .{1,12})$/.test(text);
}
