package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	jsoniter "github.com/json-iterator/go"
)

type batch struct {
	Queries []batchQuery `json:"queries"`
}

type batchQuery struct {
	RefID         string          `json:"refId"`
	Query         json.RawMessage `json:"query"`
	Range         batchRange      `json:"range"`
	IntervalMS    int64           `json:"intervalMs"`
	MaxDataPoints int64           `json:"maxDataPoints"`
}

// batchRange holds epoch milliseconds.
type batchRange struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

type batchAnswer struct {
	Results map[string]batchResult `json:"results"`
}

type batchResult struct {
	Frames []json.RawMessage `json:"frames"`
	Error  string            `json:"error"`
	Status int               `json:"status"`
}

// QueryData sends all queries of a panel in one call, so that they see the store at one instant.
func (d *Datasource) QueryData(
	ctx context.Context,
	request *backend.QueryDataRequest,
) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	if len(request.Queries) == 0 {
		return response, nil
	}
	results, err := d.queryBatch(ctx, request)
	for _, query := range request.Queries {
		if err != nil {
			response.Responses[query.RefID] = asFailure(err).response()
			continue
		}
		result, answered := results[query.RefID]
		if !answered {
			result.Error = fmt.Sprintf("The server gave no answer to query %s.", query.RefID)
			result.Status = http.StatusBadGateway
		}
		response.Responses[query.RefID] = result.response()
	}
	return response, nil
}

func (d *Datasource) queryBatch(
	ctx context.Context,
	request *backend.QueryDataRequest,
) (map[string]batchResult, error) {
	body, err := json.Marshal(batchOf(request.Queries))
	if err != nil {
		return nil, fmt.Errorf("the queries cannot be written as JSON: %w", err)
	}
	who := identityOf(request.PluginContext)
	if request.Headers[backend.FromAlertHeaderName] != "" {
		// Grafana's scheduler may appear as an administrator; a rule has only a viewer's rights.
		who.user = nil
		who.alert = true
	}
	answer, err := d.server.do(ctx, call{
		method:   http.MethodPost,
		path:     "/api/v1/query",
		accept:   "application/json",
		body:     body,
		identity: who,
	})
	if err != nil {
		return nil, err
	}
	var decoded batchAnswer
	// Grafana's own way of reading frames: the standard library would read each of them five times.
	if answer.status != http.StatusOK || jsoniter.Unmarshal(answer.body, &decoded) != nil {
		return nil, d.server.refusal(answer)
	}
	return decoded.Results, nil
}

func batchOf(queries []backend.DataQuery) batch {
	all := batch{Queries: make([]batchQuery, 0, len(queries))}
	for _, query := range queries {
		all.Queries = append(all.Queries, batchQuery{
			RefID: query.RefID,
			Query: query.JSON,
			Range: batchRange{
				From: query.TimeRange.From.UnixMilli(),
				To:   query.TimeRange.To.UnixMilli(),
			},
			IntervalMS:    query.Interval.Milliseconds(),
			MaxDataPoints: query.MaxDataPoints,
		})
	}
	return all
}

func (r batchResult) response() backend.DataResponse {
	if r.Error != "" {
		if r.Status == 0 {
			r.Status = http.StatusInternalServerError
		}
		return (&failure{status: r.Status, sentence: r.Error}).response()
	}
	frames, err := decodeFrames(r.Frames)
	if err != nil {
		return (&failure{status: http.StatusBadGateway, sentence: err.Error()}).response()
	}
	return backend.DataResponse{Frames: frames, Status: backend.StatusOK}
}

// decodeFrames shields the other queries of a batch: the SDK's decoder panics on types it lacks.
func decodeFrames(raw []json.RawMessage) (frames data.Frames, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			frames, err = nil, fmt.Errorf("the server's frame cannot be read: %v", reason)
		}
	}()
	frames = make(data.Frames, 0, len(raw))
	for _, one := range raw {
		frame := &data.Frame{}
		if err := frame.UnmarshalJSON(one); err != nil {
			return nil, fmt.Errorf("the server's frame cannot be read: %w", err)
		}
		frames = append(frames, frame)
	}
	return frames, nil
}
