#!/bin/sh
# docs/steps/electron.js, with everything real except Electron itself: a stand-in for that module
# does what a user and a malicious page would do, and records what the script did. (Electron has
# 100 MB, and the project uses no packages.)
. "$(dirname "$0")/../lib/lib.sh"
command -v node >/dev/null || skip_all "node is not here"
"$ROOT/tests/build.sh" stage3 >/dev/null || bail "stage 3 cannot be built"

mkdir -p "$TMP/node_modules/electron"
cat >"$TMP/node_modules/electron/index.js" <<'EOF'
const {EventEmitter} = require("events");
const print = text => process.stdout.write(text + "\n");
const app = Object.assign(new EventEmitter(), {
  requestSingleInstanceLock: () => !process.env.SECOND,
  whenReady: () => Promise.resolve(),
  quit: () => { print("quit"); app.emit("will-quit"); setTimeout(() => process.exit(0), 100); },
  exit: status => { print("exit " + status); process.exit(status); },
});
let ask;
class BrowserWindow extends EventEmitter {
  constructor({webPreferences}) {
    super();
    print("preferences " + JSON.stringify(webPreferences));
    this.webContents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: handler => { this.open = handler; },
    });
  }
  focus() { print("focus"); }
  async loadURL(address) {
    const {origin} = new URL(address);
    const page = await fetch(address, {redirect: "manual"});
    print("the page answers " + page.status);
    for (const url of ["https://example.org/", "file:///etc/passwd", "smb://x/y",
                       origin + "/other"]) {
      print("open " + this.open({url}).action);
      let prevented = false;
      this.webContents.emit("will-navigate", {preventDefault: () => { prevented = true; }}, url);
      print((prevented ? "stays: " : "goes: ") + url.replace(origin, "HERE"));
    }
    for (const [permission, from] of [["notifications", origin],
                                      ["notifications", "https://example.org"], ["media", origin], ["geolocation", origin]]) {
      ask({}, permission, yes => print(`${permission} ${from.replace(origin, "HERE")} ${yes}`),
          {requestingUrl: from + "/"});
    }
    app.emit("second-instance");
    this.emit("closed");
    app.emit("window-all-closed");
  }
}
module.exports = {
  app, BrowserWindow,
  dialog: {showErrorBox: (title, text) => print("error: " + text.trim())},
  shell: {openExternal: url => print("browser " + url.replace(/127.0.0.1:\d+/, "HERE"))},
  session: {defaultSession: {setPermissionRequestHandler: handler => { ask = handler; }}},
};
EOF
export NODE_PATH="$TMP/node_modules"

start script node "$ROOT/docs/steps/electron.js"
check "the script exits with 0 when the window is closed" exits script 0
as_wished() {
    printed script <<'EOF'
preferences {"nodeIntegration":false,"contextIsolation":true,"sandbox":true,"webviewTag":false}
the page answers 200
browser https://example.org/
open deny
browser https://example.org/
stays: https://example.org/
open deny
stays: file:///etc/passwd
open deny
stays: smb://x/y
browser http://HERE/other
open deny
goes: HERE/other
notifications HERE true
notifications https://example.org false
media HERE false
geolocation HERE false
focus
quit
EOF
}
check "only web addresses reach the browser, and only our page gets permissions" as_wished

start wrong node "$ROOT/docs/steps/electron.js" 127.0.0.1:x
check "a usage error of the window is reported" sees wrong "error: stage3 gui:"
check "the script exits with 1 after a usage error" exits wrong 1
SECOND=yes start second node "$ROOT/docs/steps/electron.js"
check "a second script exits with 0" exits second 0
check "a second script starts nothing" sees second quit
mkdir -p "$TMP/elsewhere/docs/steps"
cp "$ROOT/docs/steps/electron.js" "$TMP/elsewhere/docs/steps/"
start nothing node "$TMP/elsewhere/docs/steps/electron.js"
check "a missing window program is reported" \
    sees nothing "cannot be started: build it with make stage3"
check "the script exits with 1 without the window program" exits nothing 1
done_testing
