"""nginx with the file of `contrib/nginx`, before all machines that have pages."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.processes import ROOT, wait_until
from tests.servers.programs import find_program

HOST = "lettre.parti.example"
CERTIFICATE = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
FRAME = """
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/supporters.conf;
}}
"""
UPSTREAM = "  server unix:/run/supporters/party.sock;\n"


class Proxy:
    """A running nginx."""

    def __init__(self, folder: Path, release: Path) -> None:
        self.port = free_port()
        self.log = folder / "supporters.log"
        self._folder = folder
        self._release = release
        self._program = find_program("nginx", "nginx-light")

    def lead_to(self, ports: Sequence[int]) -> None:
        """Write the operator's file with these machines behind it."""
        source = ROOT / "contrib" / "nginx"
        text = (source / "supporters.conf").read_text()
        servers = "".join(f"  server 127.0.0.1:{port};\n" for port in ports)
        assert UPSTREAM in text
        text = text.replace(UPSTREAM, servers)
        text = re.sub(r"^ +listen \[::\].*\n", "", text, flags=re.MULTILINE)
        places = {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            f"/etc/letsencrypt/live/{HOST}": str(self._folder),
            "/var/log/nginx": str(self._folder),
            "/var/lib/nginx": str(self._folder),
            "/srv/supporters/current/share/supporters/contrib/nginx": str(source),
            "/srv/supporters/current": str(self._release),
        }
        for place, ours in places.items():
            assert place in text, place
            text = text.replace(place, ours)
        (self._folder / "supporters.conf").write_text(text)
        (self._folder / "nginx.conf").write_text(FRAME.format(folder=self._folder))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run nginx until the end of the block."""
        with (self._folder / "said").open("w") as said:
            process = subprocess.Popen([*self.words, "-g", "daemon off;"], stdout=said, stderr=said)
        pid = self._folder / "nginx.pid"
        try:
            assert wait_until(lambda: pid.exists() and bool(pid.read_text().strip()), seconds=30), (
                self._folder / "said"
            ).read_text()
            yield
        finally:
            process.terminate()
            process.wait(30)

    def reload(self) -> None:
        """Let it read its file again."""
        subprocess.run([*self.words, "-s", "reload"], check=True, capture_output=True)

    def make_certificate(self) -> None:
        """Make a certificate of the host."""
        names = ("-keyout", "privkey.pem", "-out", "fullchain.pem")
        subprocess.run(
            ["openssl", "req", *CERTIFICATE, *names],
            cwd=self._folder,
            check=True,
            capture_output=True,
        )

    @property
    def words(self) -> list[str]:
        """The command line of nginx with this file."""
        return [str(self._program), "-c", str(self._folder / "nginx.conf")]
