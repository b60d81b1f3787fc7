# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Persons, access groups and time profiles of the client's stand-in."""

from dataclasses import replace

from .. import api as exivo


class FakePersons:
    """Part of :class:`.fake_exivo.FakeExivo`, which counts and fails the calls."""

    def forget_persons(self):
        """Back to a site without persons."""
        self.persons, self.groups, self.profiles, self.pins = {}, {}, {}, {}
        self.requests = {}
        self.persons_are_late = False

    def persons_inside(self):
        """Persons who may enter somewhere."""
        return [person for person in self.persons.values() if person.group_id]

    def get_doors(self, person):
        """The ids of the doors that a person may open, now or at other hours."""
        zones = set(self.groups[person.group_id].profile_by_zone)
        return {one.id for one in self.components if zones & set(one.zone_ids)}

    def get_hours(self, person):
        """The time profiles of a person's doors, as Exivo writes them."""
        profiles = self.groups[person.group_id].profile_by_zone.values()
        return [self.profiles[one].ranges for one in profiles if one in self.profiles]

    def list_persons(self):
        with self._call("list_persons"):
            return [] if self.persons_are_late else list(self.persons.values())

    def get_person(self, person_id):
        with self._call("get_person"):
            if person_id not in self.persons:
                raise exivo.NotFound("There is no such person", 404)
            return self.persons[person_id]

    def create_person(self, request):
        with self._call("create_person"):
            person_id = f"person-{next(self._ids)}"
            person = exivo.Person(
                id=person_id,
                first_name=request.first_name,
                last_name=request.last_name,
                email=request.email or "",
                info=request.info,
                group_id="",
                has_pin=False,
                revoked=False,
                entry_at=None,
                exit_at=None,
            )
            self.persons[person_id] = person
            self.requests[person_id] = request
        return person

    def update_person(self, person_id, request):
        with self._call("update_person"):
            person = self.persons[person_id]
            self.requests[person_id] = request
            email = person.email if request.email is None else request.email
            names = {"first_name": request.first_name, "last_name": request.last_name}
            return self._change(person_id, info=request.info, email=email, **names)

    def set_pin_code(self, person_id, pin):
        with self._call("set_pin_code"):
            self.pins[person_id] = pin
            return self._change(person_id, has_pin=True)

    def delete_pin_code(self, person_id):
        with self._call("delete_pin_code"):
            self.pins.pop(person_id, None)
            return self._change(person_id, has_pin=False)

    def assign_access_group(self, person_id, group_id):
        with self._call("assign_access_group"):
            self._change(person_id, group_id=group_id)

    def unassign_access_group(self, person_id):
        with self._call("unassign_access_group"):
            self._change(person_id, group_id="")

    def _change(self, person_id, **changes):
        self.persons[person_id] = replace(self.persons[person_id], **changes)
        return self.persons[person_id]

    def _group(self, group_id):
        inside = [one.id for one in self.persons.values() if one.group_id == group_id]
        return replace(self.groups[group_id], person_ids=tuple(inside))

    def list_access_groups(self):
        with self._call("list_access_groups"):
            return [self._group(group_id) for group_id in self.groups]

    def get_access_group(self, group_id):
        with self._call("get_access_group"):
            if group_id not in self.groups:
                raise exivo.NotFound("There is no such group", 404)
            return self._group(group_id)

    def create_access_group(self, name):
        with self._call("create_access_group"):
            group = exivo.AccessGroup(f"group-{next(self._ids)}", name, (), {})
            self.groups[group.id] = group
        return group

    def delete_access_group(self, group_id):
        with self._call("delete_access_group"):
            if self._group(group_id).person_ids:
                raise exivo.Rejected("There are persons in the group", 400)
            del self.groups[group_id]

    def set_group_zone(self, group_id, zone_id, profile_id):
        with self._call("set_group_zone"):
            self.groups[group_id].profile_by_zone[zone_id] = profile_id

    def remove_group_zone(self, group_id, zone_id):
        with self._call("remove_group_zone"):
            del self.groups[group_id].profile_by_zone[zone_id]

    def list_time_profiles(self):
        with self._call("list_time_profiles"):
            return list(self.profiles.values())

    def create_time_profile(self, name, ranges):
        with self._call("create_time_profile"):
            profile = exivo.TimeProfile(f"profile-{next(self._ids)}", name, ranges)
            self.profiles[profile.id] = profile
        return profile

    def delete_time_profile(self, profile_id):
        with self._call("delete_time_profile"):
            del self.profiles[profile_id]
