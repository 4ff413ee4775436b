"""Records what PyTorch's LSTM gives for drawn weights and rows: python3 lstm_torch.py > lstm_torch.json (written with torch 1.13.1, float64)."""
import json

import torch

torch.manual_seed(21)
cases = []
for inputs, hidden, window, outputs in [(3, 5, 7, 2), (5, 32, 30, 3), (1, 1, 1, 1)]:
    lstm = torch.nn.LSTM(inputs, hidden, batch_first=True).double()
    head = torch.nn.Linear(hidden, outputs).double()
    for weights in lstm.parameters():
        torch.nn.init.uniform_(weights, -0.7, 0.7)
    rows = torch.randn(1, window, inputs, dtype=torch.float64)
    states, _ = lstm(rows)
    result = head(states[:, -1])
    loss = (result**2).sum()
    loss.backward()
    flat = lambda tensor: tensor.detach().flatten().tolist()
    cases.append({
        "inputs": inputs, "hidden": hidden, "window": window, "outputs": outputs,
        "inputWeights": flat(lstm.weight_ih_l0), "stateWeights": flat(lstm.weight_hh_l0),
        "inputBias": flat(lstm.bias_ih_l0), "stateBias": flat(lstm.bias_hh_l0),
        "headWeights": flat(head.weight), "headBias": flat(head.bias),
        "rows": flat(rows), "result": flat(result),
        "gradientOfInputWeights": flat(lstm.weight_ih_l0.grad), "gradientOfStateWeights": flat(lstm.weight_hh_l0.grad),
        "gradientOfBias": flat(lstm.bias_ih_l0.grad), "gradientOfHeadWeights": flat(head.weight.grad), "gradientOfHeadBias": flat(head.bias.grad),
    })
print(json.dumps(cases))
