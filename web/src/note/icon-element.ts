import { PATHS, type IconName } from "../views/icons";

const SVG = "http://www.w3.org/2000/svg";

/** An icon outside of Preact; the same drawing as `Icon`. */
export function iconElement(name: IconName, size: number): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  const attributes = {
    class: "icon",
    width: String(size),
    height: String(size),
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) icon.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  icon.append(path);
  return icon;
}
