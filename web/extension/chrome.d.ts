/** The part of the extension API that is used here. */
declare namespace chrome {
  interface Port {
    name: string;
    postMessage(message: unknown): void;
    onMessage: { addListener(listener: (message: never) => void): void };
    onDisconnect: { addListener(listener: () => void): void };
  }
  namespace runtime {
    const id: string;
    function getURL(path: string): string;
    function connect(options: { name: string }): Port;
    function sendMessage(message: unknown): Promise<unknown>;
    const onConnect: { addListener(listener: (port: Port) => void): void };
    const onMessage: {
      addListener(
        listener: (message: unknown, sender: unknown, answer: (value: unknown) => void) => boolean,
      ): void;
    };
  }
  namespace offscreen {
    function createDocument(options: {
      url: string;
      reasons: string[];
      justification: string;
    }): Promise<void>;
    function hasDocument(): Promise<boolean>;
  }
  namespace sidePanel {
    function setPanelBehavior(behaviour: { openPanelOnActionClick: boolean }): Promise<void>;
  }
  namespace permissions {
    function request(wanted: { origins: string[] }): Promise<boolean>;
  }
  namespace tabs {
    function create(options: { url: string }): Promise<unknown>;
  }
}
