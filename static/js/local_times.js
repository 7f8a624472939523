// Dates and times in the language of the page, as supporters/text/local_dates.py writes them.
const language = document.documentElement.lang.replace(/^en$/, "en-GB");

// French says “1er décembre”; browsers have “1 décembre”, as CLDR does.
const inWords = ({ type, value }) => (language === "fr" && type === "day" && value === "1" ? "1er" : value);

export function localTime(at, form) {
  return new Intl.DateTimeFormat(language, form).formatToParts(new Date(at)).map(inWords).join("");
}
