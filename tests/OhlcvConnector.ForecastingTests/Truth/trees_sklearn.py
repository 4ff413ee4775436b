"""Writes trees_sklearn.json: boosted trees of scikit-learn (histograms, squared loss) on examples with few distinct numbers, so that its bins are ours."""
import json

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingRegressor

random = np.random.default_rng(7)
rows = random.integers(0, 25, size=(400, 5)).astype(np.float64)
wanted = np.sin(rows[:, 0] / 4) + (rows[:, 1] > 12) * rows[:, 2] / 20 + random.normal(0, 0.3, 400)
model = HistGradientBoostingRegressor(
    learning_rate=0.05, max_iter=40, max_leaf_nodes=None, max_depth=4, min_samples_leaf=20, l2_regularization=1.0, early_stopping=False)
base = float(wanted.mean())
model.fit(rows, wanted)
print(json.dumps({"sklearn": sklearn.__version__, "rows": rows.astype(int).tolist(), "wanted": wanted.tolist(), "base": base,
                  "said": model.predict(rows).tolist()}))
