# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the service's entries in the record of decisions say: actions, kinds of their subjects, values of their details."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from stadtherz.kernel.registry.declaration import Text

RECORDED: dict[str, Text] = {
    "sensing.create_source": pgettext_lazy("record", "Set up a source"),
    "sensing.change_source": pgettext_lazy("record", "Changed a source"),
    "sensing.pause_source": pgettext_lazy("record", "Paused a source"),
    "sensing.resume_source": pgettext_lazy("record", "Resumed a source"),
    "sensing.remove_source": pgettext_lazy("record", "Removed a source"),
    "sensing.grant_datastream": pgettext_lazy("record", "Let a source write into a series"),
    "sensing.import_file": pgettext_lazy("record", "Imported a file"),
    "sensing.adopt_device": pgettext_lazy("record", "Adopted a device"),
    "sensing.let_go_device": pgettext_lazy("record", "Let a device go"),
    "sensing.map_field": pgettext_lazy("record", "Assigned a field to a series"),
    "sensing.unmap_field": pgettext_lazy("record", "Took a field from a series"),
    "sensing.create_thing": pgettext_lazy("record", "Added a station"),
    "sensing.remove_thing": pgettext_lazy("record", "Removed a station"),
    "sensing.remove_sensor": pgettext_lazy("record", "Removed a sensor"),
    "sensing.remove_observed_property": pgettext_lazy("record", "Removed a measured quantity"),
    "sensing.remove_datastream": pgettext_lazy("record", "Removed a series of measurements"),
    "sensing.remove_feature": pgettext_lazy("record", "Removed a measured place"),
    "sensing.remove_observation": pgettext_lazy("record", "Removed a value"),
    "sensing.change_observation": pgettext_lazy("record", "Changed a value"),
    "sensing.change_unit": pgettext_lazy("record", "Changed a unit"),
    "sensing.open_datastream": pgettext_lazy("record", "Published a series"),
    "sensing.close_datastream": pgettext_lazy("record", "Made a series private"),
    "sensing.correct_value": pgettext_lazy("record", "Corrected a value"),
    "sensing.flag_values": pgettext_lazy("record", "Marked values"),
    "sensing.take_back_correction": pgettext_lazy("record", "Took a correction back"),
    "sensing.take_back_flags": pgettext_lazy("record", "Took marks back"),
    "sensing.rule.create": pgettext_lazy("record", "Set up an alert"),
    "sensing.rule.change": pgettext_lazy("record", "Changed an alert"),
    "sensing.rule.switch_on": pgettext_lazy("record", "Switched an alert on"),
    "sensing.rule.switch_off": pgettext_lazy("record", "Switched an alert off"),
    "sensing.rule.remove": pgettext_lazy("record", "Removed an alert"),
    "sensing.rule.restore": pgettext_lazy("record", "Restored an alert"),
    "sensing.alert.acknowledge": pgettext_lazy("record", "Took charge of an alert"),
    "sensing.alert.take_back": pgettext_lazy("record", "Gave an alert back"),
    "sensing.source": pgettext_lazy("record", "Source no."),
    "sensing.thing": pgettext_lazy("record", "Station no."),
    "sensing.sensor": pgettext_lazy("record", "Sensor no."),
    "sensing.observed_property": pgettext_lazy("record", "Measured quantity no."),
    "sensing.datastream": pgettext_lazy("record", "Series of measurements no."),
    "sensing.feature": pgettext_lazy("record", "Measured place no."),
    "sensing.observation": pgettext_lazy("record", "Value"),
    "sensing.rule": pgettext_lazy("record", "Rule for alerts no."),
    "sensing.alert": pgettext_lazy("record", "Alert no."),
    "sensing=threshold": pgettext_lazy("record", "beyond a limit"),
}
