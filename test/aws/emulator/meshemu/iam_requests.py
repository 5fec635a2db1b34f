"""Which actions on which resources a request is, as IAM sees it.

Most requests are one action on one resource; a copy also reads its source, a DynamoDB transaction is the actions of its
items, a Glue call is on the catalog, the database and the table, and handing a role to a service is `iam:PassRole`.
"""

import json
import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

import ministack.app as app
from ministack.core.responses import get_account_id, get_region
from ministack.services import athena, dynamodb


class Need(NamedTuple):
    action: str
    resource: str | None  # None: which one is unknown here, any statement's will do
    context: dict = {}


_PREFIXES = {"monitoring": "cloudwatch"}
_LAMBDA_DURABLE = {
    "checkpoint": "CheckpointDurableExecution", "state": "GetDurableExecutionState", "history": "GetDurableExecutionHistory",
    "stop": "StopDurableExecution", "durable-executions": "ListDurableExecutionsByFunction", "succeed": "SendDurableExecutionCallbackSuccess",
    "fail": "SendDurableExecutionCallbackFailure", "heartbeat": "SendDurableExecutionCallbackHeartbeat"}
_BUCKET_PARTS = {  # subresource -> what its actions are called, after Get, Put or Delete
    "policy": "BucketPolicy", "notification": "BucketNotification", "lifecycle": "LifecycleConfiguration", "encryption": "EncryptionConfiguration",
    "versioning": "BucketVersioning", "tagging": "BucketTagging", "publicAccessBlock": "BucketPublicAccessBlock", "cors": "BucketCORS",
    "acl": "BucketAcl", "ownershipControls": "BucketOwnershipControls", "logging": "BucketLogging"}
_TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
_PASSED = {  # service -> the service that a role is handed to
    "lakeformation": "lakeformation.amazonaws.com", "glue": "glue.amazonaws.com", "lambda": "lambda.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com", "events": "events.amazonaws.com"}


def _arn(service: str, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:{service}:{get_region()}:{get_account_id()}:{name}"


def needs(service, method, path, headers, body, query) -> list[Need]:
    data = _data(headers, body, query)
    name = _name(service, method, path, headers, body, query)
    prefix = _PREFIXES.get(service, service)
    describe = _SERVICES.get(service)
    if service == "s3":
        found = _s3(method, path, headers, body, query)
    elif service == "lambda":
        found = _lambda(name, path, query)
    elif describe:
        found = [Need(f"{prefix}:{action}", *on) for action, *on in describe(name, data)]
    else:
        found = [Need(f"{prefix}:{name}", None)]
    passed = next((data[key] for key in ("RoleArn", "Role", "roleArn") if isinstance(data.get(key), str)), None) \
        or (data.get("TableOptimizerConfiguration") or {}).get("roleArn") or (data.get("Target") or {}).get("RoleArn")
    if passed and service in _PASSED and re.match("Create|Put|Register|Update", name):
        found.append(Need("iam:PassRole", passed, {"iam:PassedToService": _PASSED[service]}))
    return found


def _data(headers, body, query) -> dict:
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
    try:
        data = json.loads(body or b"{}")
        return data if isinstance(data, dict) else {}
    except ValueError:
        return {}


def _name(service, method, path, headers, body, query) -> str:
    if service == "lakeformation":
        return path.strip("/")
    if "/operation/" in path:  # the RPC protocol of CloudWatch
        return path.rsplit("/", 1)[-1]
    return app._ct_event_name(service, method, path, headers, app._routing_params(method, path, headers, body, query))


# --- S3 ---

def _s3(method, path, headers, body, query) -> list[Need]:
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    if not bucket:
        return [Need("s3:ListAllMyBuckets", "*")]
    on_bucket, on_object = f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{key}"
    verb = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "POST": "Put", "DELETE": "Delete"}.get(method, "Get")
    if not key:
        part = next((part for part in _BUCKET_PARTS if part in query), None)
        if part:
            return [Need(f"s3:{'Put' if verb == 'Delete' and part != 'policy' else verb}{_BUCKET_PARTS[part]}", on_bucket)]
        if method == "POST" and "delete" in query:
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode("utf-8", "replace"))
            return [Need("s3:DeleteObject", f"{on_bucket}/{_unescaped(each)}") for each in keys]
        if method in ("PUT", "DELETE"):
            return [Need(f"s3:{'Create' if method == 'PUT' else 'Delete'}Bucket", on_bucket)]
        if "location" in query:
            return [Need("s3:GetBucketLocation", on_bucket)]
        listed = "ListBucketVersions" if "versions" in query else "ListBucketMultipartUploads" if "uploads" in query else "ListBucket"
        return [Need(f"s3:{listed}", on_bucket, {f"s3:{name}": _first(query, name) for name in ("prefix", "delimiter", "max-keys")})]
    source = unquote(headers.get("x-amz-copy-source", "")).lstrip("/").split("?")[0]
    reads = [Need("s3:GetObject", f"arn:aws:s3:::{source}")] if source and method == "PUT" else []
    if "uploadId" in query and method in ("GET", "DELETE"):
        return [Need("s3:ListMultipartUploadParts" if method == "GET" else "s3:AbortMultipartUpload", on_object)]
    version = "Version" if "versionId" in query and method != "PUT" else ""
    part = "Tagging" if "tagging" in query else "Acl" if "acl" in query else ""
    return [*reads, Need(f"s3:{verb}Object{version}{part}", on_object)]


def _first(query, name):
    value = query.get(name)
    return value[0] if isinstance(value, list) and value else value or None


def _unescaped(text: str) -> str:
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text


# --- Lambda ---

def _lambda(name, path, query) -> list[Need]:
    if "/durable-execution" in path:
        last = path.rsplit("/", 1)[-1]
        arn = unquote(path.split("/durable-executions/", 1)[-1])
        arn = arn.rsplit("/", 1)[0] if arn.rsplit("/", 1)[-1] in _LAMBDA_DURABLE else arn
        return [Need(f"lambda:{_LAMBDA_DURABLE.get(last, 'GetDurableExecution')}", arn if arn.startswith("arn:") else None)]
    function = unquote(path.split("/functions/")[1].split("/")[0]) if "/functions/" in path else None
    qualifier = _first(query, "Qualifier")
    arn = function and (function if function.startswith("arn:") else _arn("lambda", f"function:{function}"))
    if arn and qualifier and arn.count(":") == 6:
        arn = f"{arn}:{qualifier}"
    return [Need(f"lambda:{ {'Invoke': 'InvokeFunction'}.get(name, name)}", arn)]


# --- Services whose requests are a name and a body ---

def _dynamodb(name, data):
    table = lambda each: _arn("dynamodb", each["TableName"] if each["TableName"].startswith("arn:") else f"table/{each['TableName']}")
    if name in ("TransactWriteItems", "TransactGetItems"):
        return [(_TRANSACTION[kind], table(body), _leading_keys(body["TableName"], [body.get("Key") or body.get("Item")]))
                for item in data.get("TransactItems", []) for kind, body in item.items()]
    if name in ("BatchGetItem", "BatchWriteItem"):
        return [(name, table({"TableName": each}), _leading_keys(each, _batch_keys(asked)))
                for each, asked in data.get("RequestItems", {}).items()]
    if "TableName" not in data:
        return [(name, "*" if name.startswith("List") else None)]
    if "IndexName" in data:
        return [(name, f"{table(data)}/index/{data['IndexName']}")]
    return [(name, table(data), _leading_keys(data["TableName"], [data.get("Key") or data.get("Item")], data))]


def _batch_keys(asked) -> list:
    if isinstance(asked, dict):
        return asked["Keys"]
    return [write.get("PutRequest", {}).get("Item") or write["DeleteRequest"]["Key"] for write in asked]


def _leading_keys(table: str, keys: list, query: dict | None = None) -> dict:
    """The partitions that a request is about; a condition on them is taken as met where they are unknown here."""
    found = dynamodb._tables.get(table.rsplit("/", 1)[-1])
    if not found:
        return {}
    name = found["pk_name"]
    condition = (query or {}).get("KeyConditionExpression", "")
    asked = re.search(r"(#?\w+)\s*=\s*(:\w+)", condition)
    if asked and query.get("ExpressionAttributeNames", {}).get(asked[1], asked[1]) == name:
        keys = [{name: query["ExpressionAttributeValues"][asked[2]]}]
    values = [next(iter(key[name].values())) for key in keys if key and name in key]
    return {"dynamodb:LeadingKeys": values} if values else {}


def _events(name, data):
    if name == "PutEvents":
        entries = [(entry.get("EventBusName") or "default", entry) for entry in data.get("Entries", [])]
        return [(name, _arn("events", bus if bus.startswith("arn:") else f"event-bus/{bus}"),
                 {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}) for bus, entry in entries]
    rule, bus = data.get("Rule") or (data.get("Name") if "Rule" in name else None), data.get("EventBusName", "default")
    return [(name, _arn("events", f"rule/{rule}" if bus == "default" else f"rule/{bus.rsplit('/', 1)[-1]}/{rule}") if rule else None)]


def _glue(name, data):
    table = data.get("TableName") or data.get("Name") or (data.get("TableInput") or {}).get("Name")
    database = data.get("DatabaseName") or (data.get("DatabaseInput") or {}).get("Name") or (data.get("Name") if name.endswith("Database") else None)
    if not re.search("Database|Table|Partition|Catalog|Column", name):
        return [(name, None)]
    resources = ["catalog"]
    if database:
        resources.append(f"database/{database}")
    if database and not name.endswith("Database"):
        many = data.get("TablesToDelete") or ([] if name in ("GetTables", "SearchTables") else [table])
        resources += [f"table/{database}/{each}" for each in many or ["*"]]
    if name == "DeleteDatabase":
        resources += [f"table/{database}/*", f"userDefinedFunction/{database}/*"]
    return [(name, _arn("glue", resource)) for resource in resources]


def _athena(name, data):
    ids = data.get("QueryExecutionIds") or ([data["QueryExecutionId"]] if "QueryExecutionId" in data else [])
    groups = {(athena._executions.get(each) or {}).get("WorkGroup", "primary") for each in ids}
    if not ids and (name.startswith("List") and "WorkGroup" not in data or "Catalog" in name):
        return [(name, None)]
    return [(name, _arn("athena", f"workgroup/{group}")) for group in sorted(groups or {data.get("WorkGroup") or "primary"})]


def _ssm(name, data):
    names = data.get("Names") or [data.get("Name") or data.get("Path")]
    return [(name, _arn("ssm", each if each.startswith("arn:") else f"parameter/{each.strip('/')}") if each else None) for each in names]


def _sns(name, data):
    return [(name, data.get("TopicArn") or data.get("TargetArn") or ("*" if name.startswith("List") else None))]


def _sqs(name, data):
    url = data.get("QueueUrl", "").rstrip("/")
    return [(name, _arn("sqs", url.rsplit("/", 1)[-1]) if url else None)]


def _logs(name, data):
    group = data.get("logGroupName") or data.get("logGroupIdentifier", "")
    if group.startswith("arn:") or not group:
        return [(name, group or None)]
    stream = f":log-stream:{data['logStreamName']}" if name == "PutLogEvents" else "" if name == "CreateLogGroup" else ":*"
    return [(name, _arn("logs", f"log-group:{group}{stream}"))]


def _iam(name, data):
    role = data.get("RoleName")
    return [(name, f"arn:aws:iam::{get_account_id()}:role/{role}" if role else data.get("PolicyArn"))]


def _sts(name, data):
    return [(name, data.get("RoleArn"))]


def _everything(name, data):
    return [(name, "*")]


_SERVICES = {"dynamodb": _dynamodb, "events": _events, "glue": _glue, "athena": _athena, "ssm": _ssm, "sns": _sns, "sqs": _sqs, "logs": _logs,
             "iam": _iam, "sts": _sts, "lakeformation": _everything, "monitoring": _everything, "cloudwatch": _everything}
