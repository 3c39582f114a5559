"""What `scripts/clients/library` runs. What the library makes wrongly, or does not bear, is an exception."""

import json
import os
import sys
import time

from aepp import config, destinationinstanceservice, flowservice, segmentation

base = sys.argv[1]
config.endpoints["global"] = base
# As its own configuration leaves it behind a login that is good for a day.
config.config_object.update(
    org_id="org@example", client_id="key", secret="", scopes="openid", sandbox="prod", environment="prod",
    token=os.environ["TIDEGATE_API_TOKEN"], date_limit=time.time() + 86_400, connectionType="oauthV2", retry=0,
)
config.header.update({"x-api-key": "key", "x-gw-ims-org-id": "org@example"})

flows = flowservice.FlowService()
segments = segmentation.Segmentation()
destinations = destinationinstanceservice.DestinationInstanceService()
adhoc = base + config.endpoints["destinationInstance"] + "/adhocrun"


def run_adhoc(flow):
    """Starts an export as the vendor's documentation shows it; the library itself has it for data sets only."""
    params = flow["transformations"][0]["params"]
    wanted = [params["segmentSelectors"]["selectors"][0]["value"]["id"]]
    headers = {**flows.header, "Accept": "application/vnd.adobe.adhoc.activation+json; version=2"}
    return flows.connector.postData(adhoc, data={"activationInfo": {flow["id"]: wanted}}, headers=headers)


def followed(run):
    """The run at its end."""
    while True:
        state = flows.getRun(run)[0]
        if "completedAtUTC" in state["metrics"]["durationSummary"]:
            return state
        time.sleep(0.1)


listed = flows.getFlows(limit=1, n_results="inf", onlyDestinations=True)
definitions = segments.getSegments()
jobs = segments.getJobs()
exports = segments.getExportJobs()
found = {
    "flows": [flow["name"] for flow in listed],
    "sources": [flow["name"] for flow in flows.getFlows(onlySources=True)],
    "flow": flows.getFlow(listed[0]["id"])["name"],
    "segments": [segment["name"] for segment in definitions],
    "segment": segments.getSegment(definitions[0]["id"])["name"],
    "schedules": [schedule["type"] for schedule in segments.getSchedules()],
    "jobs": [job["status"] for job in jobs],
    "job": segments.getJob(jobs[0]["id"])["status"],
    "exports": [export["id"] for export in exports if export["schema"]["name"] == "_xdm.context.profile"],
    "export": segments.getExport(str(exports[0]["id"]))["status"],
}

flow = next(flow for flow in listed if flow["state"] == "enabled")
order = run_adhoc(flow)
found["refused"] = order.get("message")
if "order" in order:
    status = order["order"][0]["statusURL"]
    run = status.split("/")[-1]
    known = [known["id"] for known in flows.getRuns(limit=1, n_results="inf", prop=[f"flowId=={flow['id']}"])]
    found["statusURL"] = status
    found["run"] = followed(run)["metrics"]["statusSummary"]["status"]
    found["runs"] = known
    found["isListed"] = run in known
    found["isFollowed"] = flows.connector.getData(status)["items"][0]["id"] == run
found["datasets"] = destinations.createAdHocDatasetExport({flow["id"]: ["dataset"]}).get("message")
print(json.dumps(found))
