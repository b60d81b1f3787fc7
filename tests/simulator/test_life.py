# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Starting, ending, remembering, forgetting."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys

import pytest
from simulator_process import ROOT


@pytest.fixture
def simulator(own_simulator):
    """One of its own: these tests end it."""
    return own_simulator


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "exivo_simulator", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize("which", ["--port", "--smtp-port"])
def test_a_busy_port_is_one_clear_sentence(which):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ports = {"--port": "0", "--smtp-port": "0", which: port}
        ended = run(*[word for pair in ports.items() for word in pair])
    assert ended.returncode == 1
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert f"cannot take port {port}" in sentence
    assert "in use" in sentence


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "70000"],
        ["--site-id", "mine"],
        ["--api-key", "x"],
        ["--public-url", "doors.example"],
        ["--allow-host", "*"],
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(arguments):
    ended = run(*arguments)
    assert ended.returncode == 2
    assert arguments[0] in ended.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(simulator, how):
    simulator.get("/info")
    os.kill(simulator._process.pid, how)
    assert simulator._process.wait(30) == 0


def test_the_values_on_the_command_line_are_used():
    ids = {
        name: f"12345678-1234-4234-8234-12345678900{number}"
        for number, name in enumerate(("site-id", "api-key", "api-secret"))
    }
    arguments = [word for name, value in ids.items() for word in (f"--{name}", value)]
    arguments += ["--port", "0", "--smtp-port", "0"]
    arguments += ["--public-url", "https://doors.example/"]
    process = subprocess.Popen(
        [sys.executable, "-m", "exivo_simulator", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    with process:
        ready = json.loads(process.stdout.readline())
        process.terminate()
    assert ready["url"] == "https://doors.example"
    for name, value in ids.items():
        assert ready[name.replace("-", "_")] == value


def test_reset_goes_back_to_the_first_state(simulator, visit):
    simulator.clock(3600)
    simulator.fault("html", times=None)
    simulator.reset()
    assert simulator.visits() == []
    assert simulator.control("GET", "/clock")["offset_seconds"] == 0
    assert [call["method"] for call in simulator.requests()] == ["GET"]


def test_switched_off_it_is_gone_and_switched_on_it_is_back(simulator):
    url = simulator.url
    assert simulator.stop() == 0
    assert simulator.start().url == url
    assert simulator.get("/info").status_code == 200


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_with_a_state_file_it_remembers_everything(simulator_with_memory, end):
    simulator = simulator_with_memory
    with smtplib.SMTP(simulator.smtp_host, simulator.smtp_port) as smtp:
        smtp.sendmail("a@example.com", ["b@example.com"], "Subject: Hi\r\n\r\nText")
    entrance = simulator.component("Entrance")["id"]
    visit = simulator.post(
        "/visit",
        {
            "code": "1234",
            "validFrom": simulator.stamp(10),
            "validTo": simulator.stamp(20),
            "components": [entrance],
        },
    ).json()
    simulator.post(f"/component/{entrance}/unlock")
    simulator.clock(5)
    before = simulator.visits(), simulator.mails()
    getattr(simulator, end)()
    simulator.start()
    assert (simulator.visits(), simulator.mails()) == before
    assert simulator.visits()[0]["link"] == visit["link"]
    assert len(simulator.get("/accesslog/component").json()) == 1
    assert simulator.control("GET", "/clock")["offset_seconds"] == 5


def test_a_visit_whose_answer_was_cut_is_remembered_after_a_crash(
    simulator_with_memory,
):
    simulator = simulator_with_memory
    simulator.fault("cut_after", method="POST")
    body = {
        "code": "1234",
        "validFrom": simulator.stamp(10),
        "validTo": simulator.stamp(20),
        "components": [simulator.component("Entrance")["id"]],
    }
    with pytest.raises(OSError):
        simulator.post("/visit", body)
    simulator.kill()
    simulator.start()
    assert len(simulator.visits()) == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 99}'])
def test_a_file_that_is_no_state_is_one_clear_sentence(tmp_path, content):
    file = tmp_path / "state.json"
    file.write_text(content)
    ended = run("--port", "0", "--smtp-port", "0", "--state", str(file))
    assert ended.returncode == 1
    (sentence,) = ended.stderr.splitlines()
    assert str(file) in sentence
    assert file.read_text() == content


def test_a_state_file_in_no_folder_is_one_clear_sentence(tmp_path):
    file = tmp_path / "nowhere" / "state.json"
    ended = run("--port", "0", "--smtp-port", "0", "--state", str(file))
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
