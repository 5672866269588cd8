"""Reads a grading's reports as their users do: report_referee.py SCHEMA.json REPORT.json REPORT.xml"""
import json
import sys

import jsonschema
import junitparser


def closed(schema):
    """The schema with every object closed: what it does not describe is then found."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if "properties" in schema and "type" in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        schema = [closed(value) for value in schema]
    return schema


def main(schema_path, json_path, xml_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(json_path, encoding="utf-8") as file:
        report = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(report, schema, cls=jsonschema.Draft7Validator)
    jsonschema.validate(report, closed(schema), cls=jsonschema.Draft7Validator)

    suites = junitparser.JUnitXml.fromfile(xml_path)
    cases = [case for suite in suites for case in suite]
    names = [(case.classname, case.name) for case in cases]
    assert len(set(names)) == len(names), "a case has the name of another"
    assert len(cases) == len(report["verdicts"]) == suites.tests, "a case for each rule"
    failed = [case for case in cases if any(isinstance(result, junitparser.Failure) for result in case.result)]
    skipped = [case for case in cases if any(isinstance(result, junitparser.Skipped) for result in case.result)]
    assert suites.failures == len(failed) and suites.skipped == len(skipped), "the counts are those of the cases"
    total = sum(case.time for case in cases)
    assert abs(total - suites.time) < 0.1 + 0.01 * suites.time, f"cases take {total} s, the suite {suites.time} s"
    print(f"{len(cases)} verdicts: {len(failed)} failed, {len(skipped)} skipped")


main(*sys.argv[1:])
