package plugin

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// seen is one request as the server received it.
type seen struct {
	method string
	uri    string
	header http.Header
	body   []byte
}

// serverWith starts a real HTTP server that notes what it receives and answers with `handle`.
func serverWith(t *testing.T, handle http.HandlerFunc) (*httptest.Server, *[]seen) {
	t.Helper()
	requests := &[]seen{}
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("body: %v", err)
		}
		*requests = append(*requests, seen{r.Method, r.RequestURI, r.Header.Clone(), body})
		handle(w, r)
	}))
	t.Cleanup(started.Close)
	return started, requests
}

func answering(status int, contentType string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

type option func(*backend.DataSourceInstanceSettings)

func withJSON(jsonData string) option {
	return func(s *backend.DataSourceInstanceSettings) { s.JSONData = json.RawMessage(jsonData) }
}

func withSecret(key string, value string) option {
	return func(s *backend.DataSourceInstanceSettings) { s.DecryptedSecureJSONData[key] = value }
}

func datasourceAt(t testing.TB, url string, options ...option) *Datasource {
	t.Helper()
	settings := backend.DataSourceInstanceSettings{
		Name: "Secret Insights", Type: "secret-insights-datasource", URL: url,
		JSONData:                json.RawMessage(`{}`),
		DecryptedSecureJSONData: map[string]string{"token": "the-token"},
	}
	for _, apply := range options {
		apply(&settings)
	}
	instance, err := New(context.Background(), settings)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	source, ok := instance.(*Datasource)
	if !ok {
		t.Fatalf("New made a %T", instance)
	}
	t.Cleanup(source.Dispose)
	return source
}

var editor = backend.PluginContext{
	OrgID:         7,
	PluginVersion: "0.1.0",
	User:          &backend.User{Login: "zoë", Email: "zoe@example.com", Role: "Editor"},
}

func expect(t *testing.T, what string, got any, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
