import { render } from "preact";
import "../src/styles/tokens.css";
import "../src/styles/base.css";
import "../src/styles/layout.css";
import { Connect } from "./connect";

const root = document.getElementById("app");
if (root && localStorage.getItem("sidenote.server") === null) render(<Connect />, root);
else void import("../src/main");
