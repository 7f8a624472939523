"""`flask keys`: where each secret key is in use, and a rotation step by step over all machines."""

import secrets

import click

from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.machine_list import keys_of, list_living_machines
from supporters.delivery.known_machines.secret_keys import (
    EncryptedAnew,
    RotationState,
    RotationStep,
    count_uses,
    end_rotation,
    find_rotation,
    list_secret_keys,
    list_unopened,
    name_of,
)
from supporters.extensions import current_encryptor

group = Group("keys", help="Show where each secret key is in use, and rotate them.")
SECRET_OCTETS = 48


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show where each secret key is in use.

    The links of an email were signed with the key that was the newest when it was sent. A key with
    `signs_since` may have signed links from then until the next one's. It ends with status 1 if no
    key opens a value.
    """
    uses, here = count_uses(), current_encryptor().fingerprints
    rows: list[dict[str, Cell]] = []
    known = {each.fingerprint: each for each in list_secret_keys()}
    for each in dict.fromkeys([*here, *known]):
        key = known.get(each)
        signs = key.newest_at if key else None
        rows.append(
            {
                "key": each,
                "here": each in here,
                "signs_since": signs.isoformat(timespec="seconds") if signs else None,
                **{table: counts[each] for table, counts in uses.items() if counts},
            }
        )
    unopened = list_unopened(uses)
    now = database_time()
    machines: list[dict[str, Cell]] = [
        {
            "machine": name_of(each),
            "keys": " | ".join(",".join(ring) for ring in keys_of(each, now)),
        }
        for each in list_living_machines()
    ]
    if is_json:
        print_json({"keys": rows, "machines": machines, "unopened": unopened})
    else:
        print_table(rows, if_none="")
        click.echo("")
        print_table(machines, if_none="No machine was seen within two minutes.")
    _refuse_unopened(unopened)


@group.command("rotate")
@as_json
def rotate(is_json: bool) -> None:
    """Do the next step of a rotation, or say it.

    Run it again after each step. It changes no settings: those are yours, on each machine.
    """
    state = find_rotation()
    is_last = state.step is RotationStep.ENCRYPT_ANEW
    done = end_rotation(str(state.key)) if is_last else EncryptedAnew(0, {})
    if is_json:
        print_json(
            {
                "step": state.step.value,
                "key": state.key,
                "waits_for": [*state.waits_for],
                "ahead": [*state.ahead],
                "encrypted_anew": done.changed,
                "unopened": done.unopened,
            }
        )
    else:
        click.echo(_say(state, done))
    _refuse_unopened(done.unopened)


def _refuse_unopened(unopened: dict[str, int]) -> None:
    """End the command with status 1 if no key opens a value: say where, and what to do."""
    if unopened:
        named = ", ".join(f"{count} in {place}" for place, count in unopened.items())
        refuse(
            f"No key here opens these values: {named}. Put the key that encrypted them behind the "
            "others in SUPPORTERS_SECRET_KEYS on every machine, and restart web and worker: the "
            "next rotation encrypts them anew. If that key is lost, nobody can read them any more."
        )


def _say(state: RotationState, done: EncryptedAnew) -> str:
    waits = ", ".join(state.waits_for)
    match state.step:
        case RotationStep.NO_NEW_KEY:
            return (
                "No new key is there. To begin, put this one behind the others in "
                "SUPPORTERS_SECRET_KEYS on every machine, restart web and worker there, and run "
                f"this again:\n{secrets.token_urlsafe(SECRET_OCTETS)}"
            )
        case RotationStep.ADD_BEHIND:
            words = (
                f"Round 1: put the new key {state.key} behind the others, and restart web and "
                f"worker, on: {waits}."
            )
            if state.ahead:
                words += (
                    f"\nToo early in front on: {', '.join(state.ahead)}. Forms and links from "
                    "there fail elsewhere: put it behind again."
                )
            return words
        case RotationStep.MOVE_IN_FRONT:
            return (
                f"Round 2: all machines have the new key {state.key}. Move it in front, and "
                f"restart web and worker, on: {waits}."
            )
        case RotationStep.ENCRYPT_ANEW:
            what = "everything that a key opens" if done.unopened else "everything"
            return (
                f"Done: {state.key} is the newest key everywhere, and encrypts {what}. Values "
                f"encrypted anew: {done.changed}. Keep the former keys in the list: they signed "
                "links of sent emails, and a backup from before needs them."
            )
