"""boto3 has one error for everything; botocore's own retry rules decide that it is throttling."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import standard
from referee import judge, url

calls = {
    "aws-json-1.0": (
        "dynamodb",
        "ProvisionedThroughputExceededException",
        lambda: client.get_item(TableName="t", Key={"id": {"S": "1"}}),
        lambda result: result["Item"]["name"]["S"] == "Retrograde",
    ),
    "aws-json-1.1": (
        "ssm",
        "ThrottlingException",
        lambda: client.get_parameter(Name="/retrograde"),
        lambda result: result["Parameter"]["Value"] == "hello",
    ),
    "aws-query": (
        "sts",
        "Throttling",
        lambda: client.get_caller_identity(),
        lambda result: result["Account"] == "123456789012",
    ),
    "aws-s3": (
        "s3",
        "SlowDown",
        lambda: client.get_object(Bucket="bucket", Key="key"),
        lambda result: result["Body"].read() == b"hello",
    ),
}
service, code, call, succeeded = calls[sys.argv[2]]
client = boto3.client(
    service,
    endpoint_url=url,
    region_name="eu-central-1",
    aws_access_key_id="one",
    aws_secret_access_key="two",
    config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
)


def is_throttling(error):
    assert error.response["Error"]["Code"] == code, error.response
    assert code in standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES
    return True


judge(call, succeeded, ClientError, told=is_throttling)
