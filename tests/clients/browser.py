"""Shows page.html to headless Chromium, and waits for the page's own verdict: python3 browser.py ws://127.0.0.1:8765 FOLDER-FOR-CHROMIUM"""
import http.server
import os
import pathlib
import signal
import subprocess
import sys
import urllib.parse

PATIENCE = 60
verdicts = []


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        if url.path == "/verdict":
            verdicts.append(urllib.parse.unquote(url.query))
            body = b"noted"
        else:
            body = pathlib.Path(__file__).with_name("page.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Page)
server.timeout = PATIENCE
browser = subprocess.Popen(
    ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={sys.argv[2]}", f"http://127.0.0.1:{server.server_port}/#{sys.argv[1]}"],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
try:
    requests = 0
    while not verdicts and requests < 10:
        server.handle_request()
        requests += 1
finally:
    os.killpg(browser.pid, signal.SIGKILL)  # with the processes that it started
    browser.wait()
print(verdicts)
sys.exit(0 if verdicts == ["passed"] else 1)
