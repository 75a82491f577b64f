/** The EHR's chart from which this page was opened; null when it was opened by itself. */
export const launchId =
  typeof location === "undefined" ? null : new URLSearchParams(location.search).get("launch");
