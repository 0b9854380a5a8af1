package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

var (
	resources = []string{"insights", "query", "fields", "events", "reports", "schedules"}
	methods   = []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	}
	passedHeaders = []string{
		"Content-Type", "Content-Disposition", "Cache-Control", "ETag", "Last-Modified", "Retry-After",
	}
)

// CallResource forwards what the editors, the variables and the dashboards' buttons ask. Every viewer
// of Grafana can call it, so only listed paths pass and only Grafana's word on who asks.
func (d *Datasource) CallResource(
	ctx context.Context,
	request *backend.CallResourceRequest,
	sender backend.CallResourceResponseSender,
) error {
	forwarded, err := callOf(request)
	if err != nil {
		return sendFailure(sender, asFailure(err))
	}
	answer, err := d.server.do(ctx, forwarded)
	if err != nil {
		return sendFailure(sender, asFailure(err))
	}
	if mediaType(answer.header.Get("Content-Type")) == "text/html" {
		// A page shown under Grafana's own address would act with the rights of its viewer.
		return sendFailure(sender, d.server.refusal(answer))
	}
	headers := map[string][]string{"X-Content-Type-Options": {"nosniff"}}
	for _, name := range passedHeaders {
		if values := answer.header.Values(name); len(values) > 0 {
			headers[name] = values
		}
	}
	return sender.Send(&backend.CallResourceResponse{
		Status: answer.status, Headers: headers, Body: withMessage(answer),
	})
}

// withMessage repeats a refusal's sentence where Grafana's own notification looks for it, because a
// dashboard's button shows nothing else.
func withMessage(a *answer) []byte {
	if mediaType(a.header.Get("Content-Type")) != "application/problem+json" {
		return a.body
	}
	var document map[string]any
	if json.Unmarshal(a.body, &document) != nil {
		return a.body
	}
	document["message"] = document["detail"]
	body, err := json.Marshal(document)
	if err != nil {
		return a.body
	}
	return body
}

func callOf(request *backend.CallResourceRequest) (call, error) {
	if !slices.Contains(methods, request.Method) {
		return call{}, &failure{
			status: http.StatusMethodNotAllowed,
			sentence: fmt.Sprintf("The method %s is not allowed: use %s.",
				request.Method, strings.Join(methods, ", ")),
		}
	}
	path, err := resourcePath(request.Path)
	if err != nil {
		return call{}, err
	}
	query, err := resourceQuery(request.URL)
	if err != nil {
		return call{}, err
	}
	contentType := mediaType(request.GetHTTPHeader("Content-Type"))
	if len(request.Body) > 0 && contentType != "application/json" {
		return call{}, &failure{
			status:   http.StatusUnsupportedMediaType,
			sentence: "The body must be application/json.",
		}
	}
	accept := request.GetHTTPHeader("Accept")
	if accept == "" {
		accept = "application/json"
	}
	return call{
		method:   request.Method,
		path:     path,
		query:    query,
		accept:   accept,
		body:     request.Body,
		identity: identityOf(request.PluginContext),
	}, nil
}

// resourcePath takes the decoded path apart and escapes it anew. What could mean another path to the
// next reader (dots, escapes, backslashes, empty segments) is refused, not repaired.
func resourcePath(path string) (string, error) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	if !slices.Contains(resources, segments[0]) {
		return "", &failure{
			status: http.StatusNotFound,
			sentence: fmt.Sprintf("There is no such resource: a path begins with one of %s.",
				strings.Join(resources, ", ")),
		}
	}
	escaped := "/api/v1"
	for _, segment := range segments {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsFunc(segment, odd) {
			return "", &failure{
				status:   http.StatusBadRequest,
				sentence: "The path holds a segment that is empty, dots only, or has % or \\ in it.",
			}
		}
		escaped += "/" + url.PathEscape(segment)
	}
	return escaped, nil
}

func odd(letter rune) bool {
	return letter == '%' || letter == '\\' || letter == unicode.ReplacementChar || unicode.IsControl(letter)
}

func resourceQuery(address string) (string, error) {
	_, raw, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", &failure{
			status:   http.StatusBadRequest,
			sentence: "The query string is not well formed.",
		}
	}
	own, err := withoutVariables(values)
	if err != nil {
		return "", err
	}
	return own.Encode(), nil
}

func mediaType(contentType string) string {
	name, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return name
}

func sendFailure(sender backend.CallResourceResponseSender, f *failure) error {
	body, err := json.Marshal(map[string]any{
		"type":   "about:blank",
		"title":  http.StatusText(f.status),
		"status": f.status,
		"detail": f.sentence,
		// Grafana's own notification shows `message`.
		"message": f.sentence,
	})
	if err != nil {
		return err
	}
	return sender.Send(&backend.CallResourceResponse{
		Status:  f.status,
		Headers: map[string][]string{"Content-Type": {"application/problem+json"}},
		Body:    body,
	})
}
