"""http.server, asked by urllib in another process; the server takes hours."""

import http.server
import json
import subprocess
import sys
import threading
import time

begin = time.monotonic()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        seconds = int(self.path.strip("/"))
        time.sleep(seconds)
        body = json.dumps({"slept": seconds, "date": self.date_time_string()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, text, *arguments):
        pass


CLIENT = """
import sys, time, urllib.error, urllib.request
for path, timeout in ("0", 10), ("3600", None), ("100", 30), ("7", 30):
    try:
        with urllib.request.urlopen(sys.argv[1] + path, timeout=timeout) as answer:
            print(answer.read().decode())
    except (TimeoutError, urllib.error.URLError) as error:
        print("error:", error)
"""
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
done = subprocess.run([sys.executable, "-c", CLIENT, url], capture_output=True, text=True,
                      check=True)
print(done.stdout, end="")
server.shutdown()
print(f"{time.monotonic() - begin:.0f} s")
