# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# Parts come before the models that are put together from them.

# what holds for all models
from . import base

# what several models have
from . import alarm_mixin
from . import first_steps_mixin
from . import secret_mixin
from . import pin_mixin
from . import smart_buttons_mixin

# sites and their locks
from . import site_address
from . import site_app
from . import site_door_events
from . import site_gone
from . import site_outage
from . import site_refusal
from . import site_standing
from . import site_steps
from . import site_words
from . import exivo_site
from . import site_admin
from . import exivo_lock

# rules
from . import rule_app
from . import rule_community
from . import rule_doors
from . import rule_ways
from . import rule_zones
from . import exivo_access_rule
from . import exivo_access_hour

# accesses and credentials
from . import access_app
from . import access_arrival
from . import access_failure
from . import access_holder
from . import access_locks
from . import access_mail
from . import access_person
from . import access_standing
from . import access_ways
from . import exivo_access
from . import access_staff
from . import credential_app
from . import credential_looks
from . import exivo_credential
from . import lock_presence

# what else is written down
from . import exivo_door_event
from . import exivo_fixed_pin
from . import exivo_mail
from . import exivo_occupancy
from . import exivo_opening
from . import exivo_person
from . import exivo_pin_reveal
from . import exivo_trouble
from . import exivo_webhook_call

# from what has changed to what is wanted
from . import collector
from . import planner_mixin
from . import planner
from . import membership
from . import community_planner

# from what is wanted to what is at the lock system
from . import app_holder
from . import recorder
from . import second_looks
from . import settler
from . import synchroniser
from . import clock_mender
from . import comparer

# what people are told
from . import notifier
from . import mail_follower
from . import failure_words
from . import access_explainer
from . import booking_desk
from . import booking_explainer
from . import explainer
from . import lock_reader
from . import lookout
from . import alarm_words
from . import alarm
from . import health

# doors, customers, and what is deleted or encrypted
from . import event_matcher
from . import event_reader
from . import opener
from . import self_service
from . import retention
from . import secret_keeper

# hooks in other add-ons' models
from . import booking_changes
from . import calendar_alarm_manager
from . import calendar_attendee
from . import calendar_event
from . import ir_cron_progress
from . import ir_default
from . import ir_mail_server
from . import ir_module_module
from . import mail_activity
from . import mail_mail
from . import mail_thread
from . import res_partner
from . import res_partner_category
from . import resource_booking
from . import resource_booking_combination
from . import resource_booking_type
from . import resource_booking_type_combination_rel
from . import resource_calendar_leaves
from . import resource_resource
