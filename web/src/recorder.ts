import { Recorder, type RecorderSurface } from "./recording";

/** The one recorder of this page. In the browser extension another module stands here, see `extension/`. */
export const recorder: RecorderSurface = new Recorder();
