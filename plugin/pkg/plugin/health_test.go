package plugin

import (
	"context"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func healthOf(t *testing.T, source *Datasource) *backend.CheckHealthResult {
	t.Helper()
	result, err := source.CheckHealth(context.Background(),
		&backend.CheckHealthRequest{PluginContext: editor})
	if err != nil {
		t.Fatalf("CheckHealth: %v", err)
	}
	return result
}

func insightsAnswer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			answering(http.StatusOK, "application/json", `{"status":"ok"}`)(w, r)
			return
		}
		answering(status, "application/json", body)(w, r)
	}
}

const goodCatalogue = `{"version":"0.1.9","insights":[{"id":"a"},{"id":"b"}]}`

func TestHealthIsGreenWhenTheCatalogueCanBeReadInTheSameRelease(t *testing.T) {
	server, requests := serverWith(t, insightsAnswer(200, goodCatalogue))
	result := healthOf(t, datasourceAt(t, server.URL))
	expect(t, "status", result.Status, backend.HealthStatusOk)
	expect(t, "message", result.Message, "Connected to Secret Insights 0.1.9 with 2 insights.")
	expect(t, "first", (*requests)[0].uri, "/healthz")
	expect(t, "second", (*requests)[1].uri, "/api/v1/insights")
}

func TestHealthSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		handle  http.HandlerFunc
		message string
	}{
		"unknown token": {
			insightsAnswer(401, `{"detail":"No valid token."}`),
			"secret-insights token create --name grafana --capabilities insights,usage,audit,reports,reports:manage," +
				"speaks-for-grafana",
		},
		"token of a person": {
			insightsAnswer(400, `{"detail":"This token may not speak for Grafana."}`),
			"This token may not speak for Grafana.) A data source needs at least",
		},
		"token without insights": {
			insightsAnswer(403, `{"detail":"The token lacks insights."}`), "The token lacks insights.",
		},
		"too many wrong tokens": {
			insightsAnswer(429, `{"detail":"Too many wrong tokens, wait a minute."}`),
			"Too many wrong tokens, wait a minute.",
		},
		"another release": {
			insightsAnswer(200, `{"version":"0.2.0","insights":[]}`),
			"The server is version 0.2.0 and this plugin is version 0.1.0",
		},
		"another server": {
			insightsAnswer(200, `{"hello":"world"}`), "is not a Secret Insights server",
		},
		"no health": {
			answering(404, "text/plain", "not found"), "is not a Secret Insights server (status 404)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := serverWith(t, c.handle)
			result := healthOf(t, datasourceAt(t, server.URL))
			expect(t, "status", result.Status, backend.HealthStatusError)
			if !strings.Contains(result.Message, c.message) {
				t.Errorf("got %q, want %q in it", result.Message, c.message)
			}
		})
	}
}

func TestHealthNamesWhyNothingAnswers(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	plain, _ := serverWith(t, insightsAnswer(200, goodCatalogue))
	slow, _ := serverWith(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	})
	secure := httptest.NewTLSServer(insightsAnswer(200, goodCatalogue))
	t.Cleanup(secure.Close)

	for name, c := range map[string]struct {
		source  *Datasource
		message string
	}{
		"no url":       {datasourceAt(t, ""), "No URL is set"},
		"no http":      {datasourceAt(t, "localhost:8085"), "is not an http or https address"},
		"no token":     {datasourceAt(t, plain.URL, withSecret("token", " ")), "No token is set"},
		"nobody there": {datasourceAt(t, "http://"+address), "is the Secret Insights server running there"},
		"unknown host": {datasourceAt(t, "http://nowhere.invalid"), "nowhere.invalid cannot be found"},
		"no TLS there": {datasourceAt(t, strings.Replace(plain.URL, "http", "https", 1)), "does not speak TLS"},
		"foreign CA":   {datasourceAt(t, secure.URL), "is not trusted"},
		"slow":         {datasourceAt(t, slow.URL, withJSON(`{"timeout":1}`)), "did not answer within 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			result := healthOf(t, c.source)
			expect(t, "status", result.Status, backend.HealthStatusError)
			if !strings.Contains(result.Message, c.message) {
				t.Errorf("got %q, want %q in it", result.Message, c.message)
			}
			if strings.Contains(result.Message, "the-token") {
				t.Errorf("the token is in %q", result.Message)
			}
		})
	}
}

func TestTLSSettingsAreUsed(t *testing.T) {
	secure := httptest.NewTLSServer(insightsAnswer(200, goodCatalogue))
	t.Cleanup(secure.Close)
	certificate := string(pem.EncodeToMemory(
		&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	trusting := datasourceAt(t, secure.URL,
		withJSON(`{"tlsAuthWithCACert":true,"timeout":""}`), withSecret("tlsCACert", certificate))
	expect(t, "status", healthOf(t, trusting).Status, backend.HealthStatusOk)
}

func TestTheTimeoutIsLongerThanTheServersUnlessSomeoneChoseOne(t *testing.T) {
	for jsonData, want := range map[string]time.Duration{
		`{}`:               40 * time.Second,
		`{"timeout":null}`: 40 * time.Second,
		`{"timeout":""}`:   40 * time.Second,
		`{"timeout":0}`:    40 * time.Second,
		`{"timeout":30}`:   30 * time.Second,
	} {
		source := datasourceAt(t, "http://localhost:8085", withJSON(jsonData))
		expect(t, jsonData, source.server.timeout, want)
		expect(t, jsonData+" of the client", source.server.http.Timeout, want)
	}
}
