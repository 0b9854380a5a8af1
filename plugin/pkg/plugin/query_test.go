package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const frameOfTwoDays = `{
  "schema": {"name": "access-volume", "refId": "A", "meta": {"type": "timeseries-multi"}, "fields": [
    {"name": "time", "type": "time", "typeInfo": {"frame": "time.Time", "nullable": false}},
    {"name": "reads", "type": "number", "typeInfo": {"frame": "float64", "nullable": true},
     "labels": {"actor": "ci, \"runner\""}, "config": {"unit": "short", "displayName": "Reads"}}]},
  "data": {"values": [[1767225600000, 1767312000000], [3, null]]}}`

func queriesOf(refIDs ...string) []backend.DataQuery {
	queries := make([]backend.DataQuery, 0, len(refIDs))
	for _, refID := range refIDs {
		queries = append(queries, backend.DataQuery{
			RefID:         refID,
			JSON:          json.RawMessage(`{"refId":"` + refID + `","insight":"access-volume"}`),
			Interval:      90 * time.Second,
			MaxDataPoints: 500,
			TimeRange: backend.TimeRange{
				From: time.UnixMilli(1767225600000), To: time.UnixMilli(1767312000123),
			},
		})
	}
	return queries
}

func ask(t *testing.T, source *Datasource, request *backend.QueryDataRequest) backend.Responses {
	t.Helper()
	response, err := source.QueryData(context.Background(), request)
	if err != nil {
		t.Fatalf("QueryData: %v", err)
	}
	return response.Responses
}

func TestQueriesOfOneRequestTravelInOneCall(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusOK, "application/json",
		`{"results":{"A":{"frames":[`+frameOfTwoDays+`]},"B":{"frames":[]}}}`))
	responses := ask(t, datasourceAt(t, server.URL+"/"), &backend.QueryDataRequest{
		PluginContext: editor, Queries: queriesOf("A", "B"),
	})

	expect(t, "calls", len(*requests), 1)
	request := (*requests)[0]
	expect(t, "method", request.method, http.MethodPost)
	expect(t, "address", request.uri, "/api/v1/query")
	expect(t, "content type", request.header.Get("Content-Type"), "application/json")
	expect(t, "body", string(request.body), `{"queries":[`+
		`{"refId":"A","query":{"refId":"A","insight":"access-volume"},`+
		`"range":{"from":1767225600000,"to":1767312000123},"intervalMs":90000,"maxDataPoints":500},`+
		`{"refId":"B","query":{"refId":"B","insight":"access-volume"},`+
		`"range":{"from":1767225600000,"to":1767312000123},"intervalMs":90000,"maxDataPoints":500}]}`)

	frame := responses["A"].Frames[0]
	expect(t, "type", string(frame.Meta.Type), "timeseries-multi")
	expect(t, "label", frame.Fields[1].Labels["actor"], `ci, "runner"`)
	expect(t, "unit", frame.Fields[1].Config.Unit, "short")
	expect(t, "rows", frame.Rows(), 2)
	if cell, ok := frame.Fields[1].At(1).(*float64); !ok || cell != nil {
		t.Errorf("a null cell must stay null, got %v", frame.Fields[1].At(1))
	}
	expect(t, "no rows is no error", responses["B"].Error, error(nil))
}

func TestNoQueriesMeanNoCall(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusOK, "application/json", `{}`))
	responses := ask(t, datasourceAt(t, server.URL), &backend.QueryDataRequest{PluginContext: editor})
	expect(t, "responses", len(responses), 0)
	expect(t, "calls", len(*requests), 0)
}

func TestAnErrorOfOneQueryKeepsItsStatusAndLeavesTheOthers(t *testing.T) {
	unreadable := strings.Replace(frameOfTwoDays, `"frame": "float64"`, `"frame": "decimal"`, 1)
	server, _ := serverWith(t, answering(http.StatusOK, "application/json", `{"results":{
		"A":{"frames":[`+frameOfTwoDays+`]},
		"B":{"frames":[],"error":"bucket must be one of hour, day, week","status":400},
		"C":{"frames":[],"error":"no status"},
		"D":{"frames":[`+unreadable+`]}}}`))
	responses := ask(t, datasourceAt(t, server.URL), &backend.QueryDataRequest{
		PluginContext: editor, Queries: queriesOf("A", "B", "C", "D", "E"),
	})

	expect(t, "A", responses["A"].Error, error(nil))
	for refID, want := range map[string]struct {
		sentence string
		status   backend.Status
	}{
		"B": {"bucket must be one of hour, day, week", 400},
		"C": {"no status", 500},
		"D": {"the server's frame cannot be read", 502},
		"E": {"The server gave no answer to query E.", 502},
	} {
		got := responses[refID]
		if got.Error == nil || !strings.HasPrefix(got.Error.Error(), want.sentence) {
			t.Errorf("%s: got error %v, want %q", refID, got.Error, want.sentence)
		}
		expect(t, refID+" status", got.Status, want.status)
		expect(t, refID+" source", got.ErrorSource, backend.ErrorSourceDownstream)
	}
}

func TestARefusalOfTheWholeCallIsSaidOnEveryQuery(t *testing.T) {
	for name, server := range map[string]struct {
		handle   http.HandlerFunc
		sentence string
		status   backend.Status
	}{
		"problem": {
			answering(503, "application/problem+json",
				`{"type":"about:blank","title":"Busy","status":503,"detail":"The store is busy, try again."}`),
			"The store is busy, try again.", 503,
		},
		"problem with a title only": {
			answering(403, "application/problem+json", `{"title":"Forbidden"}`), "Forbidden", 403,
		},
		"some other page": {
			answering(404, "text/html", `<h1>nginx</h1>`), "is not a Secret Insights server (status 404)", 404,
		},
		"an answer that is no JSON": {
			answering(200, "text/html", `<h1>login</h1>`), "is not a Secret Insights server (status 200)", 502,
		},
		"a redirect": {
			func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://elsewhere.example/", http.StatusMovedPermanently)
			}, "redirects to https://elsewhere.example/", 502,
		},
	} {
		t.Run(name, func(t *testing.T) {
			started, requests := serverWith(t, server.handle)
			responses := ask(t, datasourceAt(t, started.URL), &backend.QueryDataRequest{
				PluginContext: editor, Queries: queriesOf("A", "B"),
			})
			expect(t, "calls", len(*requests), 1)
			for _, refID := range []string{"A", "B"} {
				got := responses[refID]
				if got.Error == nil || !strings.Contains(got.Error.Error(), server.sentence) {
					t.Errorf("%s: got error %v, want %q", refID, got.Error, server.sentence)
				}
				expect(t, "status", got.Status, server.status)
				expect(t, "source", got.ErrorSource, backend.ErrorSourceDownstream)
			}
		})
	}
}
